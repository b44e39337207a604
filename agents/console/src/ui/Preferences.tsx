import { type Theme, theme, wear } from "../core/theme";
import { type Language, language, speak, words } from "../words";

export function Preferences() {
  const w = words.value.agente.preferences;
  return (
    <div class="preferences">
      <select aria-label={w.theme} value={theme.value} onChange={(event) => wear(event.currentTarget.value as Theme)}>
        <option value="auto">{w.auto}</option>
        <option value="light">{w.light}</option>
        <option value="dark">{w.dark}</option>
      </select>
      <select
        aria-label={w.language}
        value={language.value}
        onChange={(event) => speak(event.currentTarget.value as Language)}
      >
        <option value="es">Español</option>
        <option value="en">English</option>
      </select>
    </div>
  );
}
