import { type FormEvent, useState } from "react";
import { Api } from "@/api/client";
import { ApiProblem } from "@/api/problem";
import { useMessages } from "@/i18n/locale";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/field";
import { wordsFor } from "@/ui/notice";
import { ROLES, type Role } from "./roles";
import { useSession } from "./session";
import { SignInFrame } from "./sign-in";

/** This machine's own address for tokens; a deployed system has none. */
const TOKENS = "/local/token";

/** Choose who to be: only where the system runs on the reader's own machine. */
export function LocalSignIn() {
  const messages = useMessages();
  const { signIn } = useSession();
  const [organization, setOrganization] = useState("acme-1");
  const [user, setUser] = useState("ada");
  const [role, setRole] = useState<Role>("agent");
  const [wrong, setWrong] = useState<string | null>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setWrong(null);
    try {
      const nobody = new Api(
        () => null,
        () => undefined,
      );
      const { body } = await nobody.call<{ token: string }>(TOKENS, {
        method: "POST",
        body: { organization, user, role },
      });
      if (!signIn(body.token)) setWrong(messages.signIn.unusable);
    } catch (error) {
      setWrong(error instanceof ApiProblem ? wordsFor(error, messages) : messages.signIn.failed);
    }
  };
  return (
    <SignInFrame wrong={wrong} lead={messages.signIn.localLead}>
      <form onSubmit={submit}>
        <TextField
          label={messages.signIn.organization}
          hint={messages.signIn.organizationHint}
          required
          pattern="[A-Za-z0-9][A-Za-z0-9_\-]{0,63}"
          value={organization}
          onChange={setOrganization}
        />
        <TextField label={messages.signIn.user} required value={user} onChange={setUser} />
        <fieldset className="roles">
          <legend>{messages.signIn.role}</legend>
          {ROLES.map((each) => (
            <label key={each} className="choice">
              <input type="radio" name="role" value={each} checked={role === each} onChange={() => setRole(each)} />
              <span>
                {messages.roles[each]} <small>{messages.signIn.roleHints[each]}</small>
              </span>
            </label>
          ))}
        </fieldset>
        <Button type="submit" kind="primary">
          {messages.signIn.submit}
        </Button>
      </form>
    </SignInFrame>
  );
}
