// An entry in plain words, in the reader's language; what it names is shown as text and nothing else.
import { useTranslation } from "react-i18next";

import { en } from "../words/en.ts";
import { type Act, type Agent, shortName } from "./act.ts";

type Says = keyof (typeof en)["log"]["says"];
type Kind = keyof (typeof en)["log"]["what"];
type Role = keyof (typeof en)["role"];
type ReasonCode = keyof (typeof en)["reason"];
type Why = keyof (typeof en)["log"]["why"];
type Part = keyof (typeof en)["log"]["part"];
type Parcel = keyof (typeof en)["log"]["parcel"];

const has = <Key extends string>(words: Record<Key, unknown>, key: string): key is Key => Object.hasOwn(words, key);

export interface ActWords {
  /** What it was, in two or three words. */
  what: string;
  /** Who did it, with what they are. */
  who: string;
  outcome: string;
  /** All of it in a sentence. */
  says: string;
}

export function useActWords(): {
  wordsOf: (act: Act) => ActWords;
  rolesOf: (agent: Agent) => string;
  nameOf: (agent: Agent) => string;
} {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language);

  const nameOf = ({ id }: Agent) =>
    id === "diafan" ? t("log.diafan") : id === "unknown" || !id ? t("log.unknown") : id;
  const rolesOf = ({ kind, roles }: Agent) =>
    roles.map((role) => (has<Role>(en.role, role) ? t(`role.${role}`) : role)).join(", ") || t(`log.role.${kind}`);
  const whyOf = (code: string) =>
    has<Why>(en.log.why, code)
      ? t(`log.why.${code}`)
      : has<ReasonCode>(en.reason, code)
        ? t(`reason.${code}`)
        : code || "–";

  const wordsOf = (act: Act): ActWords => {
    const { detail, agent, patient } = act;
    const told = (name: string) => {
      const value = detail[name];
      return typeof value === "number" ? number.format(value) : (value ?? "");
    };
    const what = has<Kind>(en.log.what, act.type) ? t(`log.what.${act.type}`) : act.type;
    const name = nameOf(agent);
    const who = agent.roles.length ? `${name} (${rolesOf(agent)})` : name;
    const kind = told("kind");
    const says = t(`log.says.${saysOf(act)}`, {
      who,
      type: act.type,
      patient: patient ? shortName(patient) : "–",
      study: act.study ? shortName(act.study) : "–",
      destination: act.destination || "–",
      reason: whyOf(told("reason")),
      version: told("version"),
      model: [told("model_name"), told("model_version")].filter(Boolean).join(" ") || "–",
      revision: told("revision"),
      attempt: told("attempt") || number.format(1),
      route: [told("method"), told("route")].filter(Boolean).join(" ") || "–",
      scope: told("scope"),
      number: told("count"),
      seconds: typeof detail.duration_ms === "number" ? number.format(detail.duration_ms / 1000) : "–",
      part: t(`log.part.${has<Part>(en.log.part, kind) ? kind : "other"}`),
      parcel: t(`log.parcel.${has<Parcel>(en.log.parcel, kind) ? kind : "other"}`),
    });
    const outcome = act.outcome as keyof (typeof en)["log"]["outcome"];
    return { what, who, says, outcome: has(en.log.outcome, act.outcome) ? t(`log.outcome.${outcome}`) : act.outcome };
  };
  return { wordsOf, rolesOf, nameOf };
}

/** Which sentence fits: some kinds of acts are told apart by how they ended, or by what was asked for. */
export function saysOf({ type, outcome, detail, patient, study }: Act): Says {
  const { kind, reason } = detail;
  switch (type) {
    case "transfer-ended":
      return outcome === "success" ? type : "transfer-failed";
    case "user-signed-out":
      return reason === "expired" ? "user-expired" : reason === "back-channel" ? "user-ended-elsewhere" : type;
    case "token-issued":
      return kind === "sign-in-link" ? "link-issued" : type;
    case "access-denied":
      return reason ? "access-barred" : type;
    case "audit-exported":
      return typeof kind === "string" && kind.endsWith("-named") ? "audit-exported-named" : type;
    case "audit-read":
      if (kind === "verification") return "audit-verified";
      if (kind === "pseudonym") return detail.count === 0 ? "pseudonym-unknown" : "pseudonym-found";
      if (kind === "held") return "held-asked";
      if (typeof kind === "string" && kind.startsWith("breach-timeline"))
        return kind.endsWith("-named") ? "breach-told-named" : "breach-told";
      if (kind === "study-names") return "study-names-found";
      if (kind === "checkpoint") return "checkpoint-taken";
      if (kind === "inclusion" || kind === "consistency") return "log-proved";
      return patient || study ? "audit-read-of" : type;
    default:
      return has<Says>(en.log.says, type) ? type : "other";
  }
}
