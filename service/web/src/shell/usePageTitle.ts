// The window's title: which page it is, and never whose study.
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

export function usePageTitle(page: string): void {
  const { t } = useTranslation();
  const title = t("pageTitle", { page });
  useEffect(() => {
    document.title = title;
  }, [title]);
}
