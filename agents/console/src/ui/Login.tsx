import { useState } from "preact/hooks";
import { ApiError } from "../core/api";
import { login } from "../core/session";
import { words } from "../words";

export function Login() {
  const w = words.value.login;
  const [trouble, setTrouble] = useState("");
  const [busy, setBusy] = useState(false);

  async function enter(event: SubmitEvent) {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    try {
      await login(String(form.get("usuario")), String(form.get("clave")));
    } catch (wrong) {
      if (!(wrong instanceof ApiError)) throw wrong;
      setTrouble(wrong.message || w.unreachable);
    } finally {
      setBusy(false);
    }
  }

  return (
    <main class="login">
      <form class="panel" onSubmit={enter}>
        <img src="/cintillo.svg" alt="" width="48" height="48" />
        <h1>Cintillo</h1>
        <label>
          {w.usuario}
          <input name="usuario" autocomplete="username" required maxLength={64} autofocus />
        </label>
        <label>
          {w.clave}
          <input name="clave" type="password" autocomplete="current-password" required maxLength={256} />
        </label>
        <p class="trouble" role="alert">
          {trouble}
        </p>
        <button type="submit" class="primary" disabled={busy}>
          {w.enter}
        </button>
      </form>
    </main>
  );
}
