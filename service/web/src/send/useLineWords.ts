// What a line says in words: what became of its file, and what to do next.
import { useTranslation } from "react-i18next";

import { en } from "../words/en.ts";
import type { Item } from "./item.ts";
import type { Line } from "./line.ts";
import { useSizes } from "./useSizes.ts";

type ReasonCode = keyof (typeof en)["reason"];
const isKnown = (code: string): code is ReasonCode => code in en.reason;

export interface LineWords {
  text: string;
  /** What Diafan itself said besides, in English; "" where our words say it all. */
  said: string;
  /** The text itself is Diafan's, in English: for a reason that is newer than this page. */
  isTheirs: boolean;
}

export function useLineWords(): (item: Item, line: Line, isAway: boolean) => LineWords {
  const { t } = useTranslation();
  const size = useSizes();
  return ({ state, file }, { standing, code, reason }, isAway) => {
    const plain = (text: string): LineWords => ({ text, said: "", isTheirs: false });
    switch (state.kind) {
      case "reading":
      case "waiting":
        return plain("");
      case "details":
        return plain(t(state.mistakes ? "send.detailsRefused" : "send.detailsMissing"));
      case "sending": {
        if (standing === "storing") return plain(t("send.storing"));
        const sent = state.all ? Math.min(file.size, (state.sent / state.all) * file.size) : 0;
        return plain(t("send.progress", { sent: size(sent), all: size(file.size) }));
      }
      case "again": {
        const seconds = Math.max(1, Math.ceil((state.at - Date.now()) / 1000));
        return plain(isAway ? t("send.againWhenBack") : t("send.againIn", { seconds }));
      }
      case "stopped":
        return plain(t(state.mayHaveArrived ? "send.stoppedLate" : "send.stopped"));
      case "refused": {
        const isDiafans = state.why === "unreadable" || state.why === "other" || state.why === "invalid";
        return { text: t(`send.refused.${state.why}`), said: isDiafans ? state.reason : "", isTheirs: false };
      }
      case "declined":
      case "parked":
      case "taken":
        break;
    }
    if (standing === "declined" || standing === "parked") {
      const why = isKnown(code) ? t(`reason.${code}`) : reason;
      return {
        text: standing === "declined" ? t("send.keptNothing", { reason: why }) : why,
        said: "",
        isTheirs: !isKnown(code),
      };
    }
    if (standing === "superseded") return plain(t("send.superseded"));
    return plain(state.kind === "taken" && state.before ? t("send.before") : "");
  };
}
