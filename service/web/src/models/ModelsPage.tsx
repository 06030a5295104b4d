// The models on this machine, and everything that is known of the one that is looked at: how far it can be trusted, and where not.
import { useState } from "react";
import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";

import { Centred } from "../shell/Centred.tsx";
import { Failure } from "../shell/Failure.tsx";
import { SignDelivered } from "../shell/icons.tsx";
import { usePageTitle } from "../shell/usePageTitle.ts";
import { GUTTER_PX } from "../theme/tokens.ts";
import { ModelBody } from "./ModelBody.tsx";
import { ModelHead } from "./ModelHead.tsx";
import { ModelNav } from "./ModelNav.tsx";
import { modelsQuery, titleOf } from "./read.ts";

export default function ModelsPage() {
  const { t } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const [done, setDone] = useState("");
  const { data: models, error, refetch } = useQuery(modelsQuery);
  usePageTitle(t("models.title"));
  if (!models && error)
    return <Failure isPage error={error} title={t("models.failed")} onRetry={() => void refetch()} />;
  if (!models) return <Bones />;
  const shown =
    models.find(({ digest }) => digest === address.get("model")) ?? models.find((one) => one.in_use) ?? models[0];
  if (!shown) return <Centred role="status" title={t("models.none.title")} text={t("models.none.text")} />;
  return (
    <Box sx={{ height: "100%", overflow: "auto", px: `${GUTTER_PX}px`, pb: 3 }}>
      <ModelNav models={models} shown={shown} />
      <ModelHead
        key={shown.digest}
        model={shown}
        models={models}
        onChosen={(model, changed) => {
          setAddress({ model: model.digest }, { replace: true });
          setDone(t(changed ? "models.choose.done" : "models.choose.same", { model: titleOf(model) }));
        }}
      />
      <Box role="status">
        {done && (
          <Box sx={{ mt: 1.5, display: "flex", alignItems: "center", gap: 1, color: "success.main" }}>
            <SignDelivered />
            {done}
          </Box>
        )}
      </Box>
      <ModelBody key={`body-${shown.digest}`} model={shown} />
    </Box>
  );
}

function Bones() {
  return (
    <Box aria-hidden sx={{ px: `${GUTTER_PX}px`, pt: 1.75 }}>
      <Skeleton animation={false} variant="rectangular" width="16rem" height="2rem" />
      <Skeleton animation={false} width="20rem" sx={{ fontSize: "1.25rem", mt: 1.75 }} />
      <Skeleton animation={false} width="60%" />
      <Skeleton animation={false} variant="rectangular" height="28rem" sx={{ mt: 3 }} />
    </Box>
  );
}
