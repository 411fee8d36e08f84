/* login.tsx - name and password; nothing to solve, nothing that stops a password manager. */
import { useState } from "preact/hooks";
import { Problem, signIn } from "../api";
import { Refused } from "../parts/bits";

export function LoginPage() {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true); setProblem(null);
    try { await signIn(String(form.get("name")), String(form.get("password"))); }
    catch (error) { setProblem(error as Problem); setBusy(false); }
  };
  return (
    <main class="login" id="main">
      <form onSubmit={(event) => void submit(event as unknown as SubmitEvent)}>
        <h1><svg width="26" height="26" viewBox="0 0 20 20" aria-hidden="true"><path d="M3 17V9h3v8zM8.5 17V3h3v14zM14 17v-5h3v5z" /></svg>Stockwright</h1>
        <label class="field"><span>Name</span><input name="name" autocomplete="username" autocapitalize="none" spellcheck={false} required autofocus /></label>
        <label class="field"><span>Password</span><input name="password" type="password" autocomplete="current-password" required /></label>
        <Refused problem={problem} />
        <button type="submit" class="button primary" disabled={busy}>Sign in</button>
      </form>
    </main>
  );
}
