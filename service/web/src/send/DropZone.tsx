// Where files come in: dropped anywhere on the page, chosen, or pasted.
import { useEffect, useImperativeHandle, useRef, useState } from "react";
import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { styled } from "@mui/material/styles";
import visuallyHidden from "@mui/utils/visuallyHidden";
import { useTranslation } from "react-i18next";

import { SignDown } from "../shell/icons.tsx";
import { Key } from "../shell/Key.tsx";

const Hidden = styled("input")(visuallyHidden as object);

export interface DropHandle {
  /** Opens the browser's own choice of files. */
  choose: () => void;
}

interface Props {
  handle: React.Ref<DropHandle>;
  onDrop: (transfer: DataTransfer) => void;
  onFiles: (files: readonly File[]) => void;
  onFolder: (files: readonly File[]) => void;
}

export function DropZone({ handle, onDrop, onFiles, onFolder }: Props) {
  const { t } = useTranslation();
  const [isOver, setOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const latest = useRef({ onDrop, onFiles });
  useImperativeHandle(handle, () => ({ choose: () => files.current?.click() }), []);
  useEffect(() => {
    latest.current = { onDrop, onFiles };
  });
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const onOver = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      // Without this the browser would open the file, and leave the page for it.
      event.preventDefault();
      setOver(true);
    };
    const onLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onDropped = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(false);
      if (event.dataTransfer) latest.current.onDrop(event.dataTransfer);
    };
    const onPaste = (event: ClipboardEvent) => {
      const pasted = [...(event.clipboardData?.files ?? [])];
      if (!pasted.length) return;
      event.preventDefault();
      latest.current.onFiles(pasted);
    };
    const listeners = [
      ["dragenter", onOver],
      ["dragover", onOver],
      ["dragleave", onLeave],
      ["drop", onDropped],
      ["paste", onPaste],
    ] as [string, EventListener][];
    for (const [name, listener] of listeners) window.addEventListener(name, listener);
    return () => {
      for (const [name, listener] of listeners) window.removeEventListener(name, listener);
    };
  }, []);

  const chosen = (taken: (files: readonly File[]) => void) => (event: React.ChangeEvent<HTMLInputElement>) => {
    taken([...(event.target.files ?? [])]);
    // The same file can be chosen again.
    event.target.value = "";
  };
  return (
    <Box
      component="section"
      aria-label={t("send.drop")}
      data-over={isOver || undefined}
      sx={{
        flex: "none",
        height: "clamp(6rem, 15vh, 10.5rem)",
        display: "flex",
        alignItems: "center",
        justifyContent: "center",
        gap: 2.5,
        border: "1.5px dashed",
        borderColor: "ours.edge",
        borderRadius: 1.5,
        color: "text.secondary",
        "&[data-over]": { borderColor: "ours.accent", borderStyle: "solid", bgcolor: "ours.selected" },
      }}
    >
      <Box sx={{ "& svg": { width: "1.75rem", height: "1.75rem" } }}>
        <SignDown />
      </Box>
      <div>
        <Typography sx={{ fontSize: "1rem", lineHeight: 1.5, fontWeight: 500, color: "text.primary" }}>
          {t(isOver ? "send.dropNow" : "send.drop")}
        </Typography>
        <Box sx={{ display: "flex", alignItems: "center", gap: 0.75, flexWrap: "wrap" }}>
          {t("send.or")}
          <Link component="button" type="button" aria-keyshortcuts="o" onClick={() => files.current?.click()}>
            {t("send.chooseFiles")}
          </Link>
          <Key aria-hidden>o</Key>
          {t("send.or")}
          <Link component="button" type="button" onClick={() => folder.current?.click()}>
            {t("send.chooseFolder")}
          </Link>
          <span>{t("send.paste")}</span>
        </Box>
        <Typography variant="caption" sx={{ color: "text.disabled" }}>
          {t("send.names")}
        </Typography>
      </div>
      <Hidden
        ref={files}
        type="file"
        multiple
        tabIndex={-1}
        aria-hidden
        data-testid="files"
        onChange={chosen(onFiles)}
      />
      <Hidden
        ref={(element) => {
          folder.current = element;
          // React knows no such attribute.
          element?.setAttribute("webkitdirectory", "");
        }}
        type="file"
        multiple
        tabIndex={-1}
        aria-hidden
        data-testid="folder"
        onChange={chosen(onFolder)}
      />
    </Box>
  );
}
