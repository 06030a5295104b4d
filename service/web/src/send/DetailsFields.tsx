// The fields of the details: a label that stays, the value, and what is wrong with it, where it is.
import Box from "@mui/material/Box";
import MenuItem from "@mui/material/MenuItem";
import OutlinedInput from "@mui/material/OutlinedInput";
import Select from "@mui/material/Select";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import { useTranslation } from "react-i18next";

import { SignClear, SignDelivered, SignMore } from "../shell/icons.tsx";
import type { Broken, Field, Sex, View } from "./details.ts";
import { today } from "./today.ts";

const SEXES = ["", "F", "M", "O"] as const satisfies readonly Sex[];
const VIEWS = ["PA", "AP", ""] as const satisfies readonly View[];
const idOf = (name: Field) => `details-${name}`;

interface LabelledProps {
  name: Field;
  word: string;
  isOptional?: boolean;
  broken?: Broken | undefined;
  children: React.ReactNode;
}

function Labelled({ name, word, isOptional = false, broken, children }: LabelledProps) {
  const { t } = useTranslation();
  return (
    <Box sx={{ minWidth: 0 }}>
      <Box
        component="label"
        htmlFor={idOf(name)}
        id={`${idOf(name)}-label`}
        sx={{ display: "block", typography: "h3", color: "text.secondary", mb: 0.5 }}
      >
        {word}
        {isOptional && (
          <Box component="span" sx={{ fontWeight: 400, color: "text.disabled" }}>
            {" "}
            {t("send.panel.optional")}
          </Box>
        )}
      </Box>
      {children}
      {broken && (
        <Box
          id={`${idOf(name)}-broken`}
          sx={{ display: "flex", gap: 0.5, mt: 0.5, typography: "second", color: "error.main" }}
        >
          <SignClear />
          <span>{t(`send.panel.mistake.${broken.rule}`, { most: broken.most ?? 0, has: broken.has ?? 0 })}</span>
        </Box>
      )}
    </Box>
  );
}

interface PlainProps {
  name: Field;
  word: string;
  value: string;
  isRequired?: boolean;
  isOptional?: boolean;
  broken: Broken | undefined;
  onChange: (value: string) => void;
}

export function PlainField({
  name,
  word,
  value,
  isRequired = false,
  isOptional = false,
  broken,
  onChange,
}: PlainProps) {
  return (
    <Labelled {...{ name, word, isOptional, broken }}>
      <OutlinedInput
        fullWidth
        id={idOf(name)}
        name={name}
        value={value}
        error={broken !== undefined}
        onChange={(event) => onChange(event.target.value)}
        slotProps={{
          // What is typed names people: no browser keeps it, corrects it, or sends it anywhere to be checked.
          input: {
            autoComplete: "off",
            spellCheck: false,
            dir: "auto",
            "aria-required": isRequired,
            "aria-describedby": broken ? `${idOf(name)}-broken` : undefined,
          },
        }}
      />
    </Labelled>
  );
}

interface DateProps {
  value: string;
  broken: Broken | undefined;
  onChange: (value: string) => void;
}

export function DateField({ value, broken, onChange }: DateProps) {
  const { t } = useTranslation();
  return (
    <Labelled name="birthDate" word={t("send.panel.birthDate")} broken={broken}>
      <OutlinedInput
        fullWidth
        id={idOf("birthDate")}
        name="birthDate"
        type="date"
        value={value}
        error={broken !== undefined}
        onChange={(event) => onChange(event.target.value)}
        slotProps={{
          input: {
            min: "1850-01-01",
            max: today(),
            autoComplete: "off",
            "aria-describedby": broken ? `${idOf("birthDate")}-broken` : undefined,
          },
        }}
        sx={{ "& input": { pr: 0.75, colorScheme: "dark", "[data-theme='light'] &": { colorScheme: "light" } } }}
      />
    </Labelled>
  );
}

export function SexField({ value, onChange }: { value: Sex; onChange: (value: Sex) => void }) {
  const { t } = useTranslation();
  return (
    <Labelled name="sex" word={t("send.panel.sex")}>
      <Select
        fullWidth
        displayEmpty
        name="sex"
        value={value}
        IconComponent={SignMore}
        SelectDisplayProps={{ id: idOf("sex"), "aria-labelledby": `${idOf("sex")}-label ${idOf("sex")}` }}
        onChange={(event) => onChange(SEXES.find((sex) => sex === event.target.value) ?? "")}
        sx={{ "& .MuiSelect-icon": { right: 10, top: "calc(50% - 0.5rem)", color: "text.secondary" } }}
      >
        {SEXES.map((sex) => (
          <MenuItem key={sex} value={sex}>
            {t(`send.panel.sexes.${sex || "unset"}`)}
          </MenuItem>
        ))}
      </Select>
    </Labelled>
  );
}

export function ViewField({ value, onChange }: { value: View; onChange: (value: View) => void }) {
  const { t } = useTranslation();
  const word = t("send.panel.view");
  return (
    <Box component="fieldset" sx={{ border: 0, m: 0, p: 0, minWidth: 0 }}>
      <Box component="legend" sx={{ typography: "h3", color: "text.secondary", mb: 0.5, p: 0 }}>
        {word}
      </Box>
      <ToggleButtonGroup
        exclusive
        fullWidth
        value={value}
        aria-label={word}
        onChange={(_, view: View | null) => {
          if (view !== null) onChange(view);
        }}
      >
        {VIEWS.map((view) => (
          <ToggleButton
            key={view}
            value={view}
            sx={{
              height: "2rem",
              flex: "1 1 auto",
              width: "auto",
              px: 1,
              whiteSpace: "nowrap",
              gap: 0.75,
              textTransform: "none",
              fontWeight: 500,
              borderColor: "ours.edge",
              color: "text.secondary",
              "&.Mui-selected, &.Mui-selected:hover": { bgcolor: "ours.selected", color: "text.primary" },
            }}
          >
            {value === view && <SignDelivered />}
            {t(`send.panel.views.${view || "unset"}`)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </Box>
  );
}
