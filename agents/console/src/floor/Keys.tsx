import { Dialog } from "../ui/Dialog";
import { words } from "../words";

export function Keys({ close }: { close: () => void }) {
  const w = words.value.piso.keys;
  return (
    <Dialog title={w.title} close={close}>
      <dl class="keys">
        {w.rows.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
