import { Dialog } from "../ui/Dialog";
import { words } from "../words";
import { HeadsetCheck } from "./HeadsetCheck";
import { usePlace } from "./place";

export function HeadsetDialog() {
  const { headset, panel } = usePlace();
  const w = words.value.agente.headset;
  function close() {
    headset.endEcho();
    panel.value = "";
  }
  return (
    <Dialog title={w.title} close={close}>
      <HeadsetCheck />
    </Dialog>
  );
}
