import { words } from "../words";
import { CallbackFields } from "./CallbackFields";
import type { Disposicion } from "./card";
import { Field } from "./Field";
import { fields } from "./form";
import { PromiseFields } from "./PromiseFields";
import { usePlace } from "./place";
import type { Shown } from "./writing";

/** Only what the chosen result needs, judged while it is typed; «guardado» when the server says it is committed. */
export function GestionForm({ call, one }: { call: Shown; one: Disposicion }) {
  const { desk } = usePlace();
  const { writing } = desk;
  const w = words.value.agente;
  const form = writing.form.value;
  const saving = writing.saving.value;
  const asked = fields(one);
  const firstIsComment = !asked.promise && !asked.callback;
  return (
    <form
      id="gestion"
      class="gestion"
      onSubmit={(event) => {
        event.preventDefault();
        writing.save();
      }}
    >
      <p class="chosen">
        <b>{one.label}</b> <span class="soft">{one.code}</span>
        {one.stop ? <span class="warn small"> {w.tree.stops[one.stop]}</span> : null}
      </p>
      <fieldset disabled={saving !== ""}>
        {asked.promise ? <PromiseFields call={call} /> : null}
        {asked.address ? (
          <Field name="address" label={w.form.address}>
            {(aria) => (
              <input
                type="text"
                maxLength={300}
                placeholder={w.form.addressHint}
                value={form.address}
                onInput={(event) => writing.change({ address: event.currentTarget.value })}
                {...aria}
              />
            )}
          </Field>
        ) : null}
        {asked.mayCallBack ? <CallbackFields one={one} /> : null}
        <Field name="comment" label={one.comment_needed ? w.form.commentNeeded(one.comment_needed) : w.form.comment}>
          {(aria) => (
            <textarea
              id="comment"
              rows={3}
              maxLength={4000}
              data-first={firstIsComment ? "" : undefined}
              value={form.comment}
              onInput={(event) => writing.change({ comment: event.currentTarget.value })}
              {...aria}
            />
          )}
        </Field>
      </fieldset>
      <Save />
    </form>
  );
}

function Save() {
  const { desk } = usePlace();
  const { writing } = desk;
  const w = words.value.agente.form;
  const saving = writing.saving.value;
  const said = { "": "", sending: w.saving, waiting: w.waiting, saved: "" }[saving];
  return (
    <div class="save">
      {saving === "saved" ? (
        <p class="saved" role="status">
          ✓ {w.saved}
          {desk.onCall ? <span class="soft small"> {w.afterSaved}</span> : null}
        </p>
      ) : (
        <button type="submit" class="primary" disabled={saving !== ""}>
          {w.save} <kbd>Ctrl ↵</kbd>
        </button>
      )}
      <p role="status" class="soft">
        {said}
      </p>
      {writing.refusal.value ? (
        <p class="bad" role="alert">
          {writing.refusal.value}
        </p>
      ) : null}
    </div>
  );
}
