// Sizes of files as a reader wants them.
import { useTranslation } from "react-i18next";

const MEGABYTE = 1_000_000;
const KILOBYTE = 1000;

export function useSizes(): (bytes: number) => string {
  const { i18n } = useTranslation();
  return (bytes) => {
    const isLarge = bytes >= MEGABYTE / 10;
    const format = new Intl.NumberFormat(i18n.language, {
      style: "unit",
      unit: isLarge ? "megabyte" : "kilobyte",
      maximumFractionDigits: isLarge && bytes < 100 * MEGABYTE ? 1 : 0,
      minimumFractionDigits: isLarge && bytes % MEGABYTE && bytes < 100 * MEGABYTE ? 1 : 0,
    });
    return format.format(isLarge ? bytes / MEGABYTE : Math.ceil(bytes / KILOBYTE));
  };
}
