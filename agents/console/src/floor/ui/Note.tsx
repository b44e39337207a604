type Props = { label: string; note: string; write: (note: string) => void; trouble: string };

/** Why something is done, in the person's own words, and what went wrong with doing it. */
export function Note({ label, note, write, trouble }: Props) {
  return (
    <>
      <label>
        {label}
        <input maxLength={500} value={note} onInput={(event) => write(event.currentTarget.value)} />
      </label>
      <p class="trouble" role="alert">
        {trouble}
      </p>
    </>
  );
}
