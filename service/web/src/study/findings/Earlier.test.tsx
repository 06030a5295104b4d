import { screen } from "@testing-library/react";

import { drawPart } from "../../testing/draw.tsx";
import type { EarlierStudy } from "../read.ts";
import { Earlier } from "./Earlier.tsx";
import type { Answer } from "./groups.ts";

const NOW: Answer = { label: "Edema", call: "present", probability: 0.626, threshold: 0.5, sop_instance_uid: "2.25.1" };
const earlier = (date: string | null, probability: number, model_digest = "a"): EarlierStudy => ({
  study_instance_uid: `2.25.${String(probability)}`,
  study_date: date,
  first_seen_at: "2025-03-04T10:00:00Z",
  description: "",
  findings: [{ label: "Edema", call: "absent", probability, model_digest }],
});

it("tells both numbers, their dates, and their difference as it is seen", () => {
  drawPart(<Earlier earlier={[earlier("2025-10-14", 0.674), earlier(null, 0.4)]} answer={NOW} digest="a" />);
  const [first, second] = screen.getAllByRole("listitem");
  expect(first).toHaveTextContent(/14 Oct 2025.*0\.67.*now 0\.63 \(-0\.04\)/);
  expect(second).toHaveTextContent(/4 Mar 2025.*0\.40.*\(\+0\.23\)/);
});

it("compares no two models", () => {
  drawPart(<Earlier earlier={[earlier("2025-10-14", 0.2, "b")]} answer={NOW} digest="a" />);
  expect(screen.getByRole("listitem")).toHaveTextContent("another model");
  expect(screen.getByRole("listitem")).not.toHaveTextContent("now");
});

it("says that earlier studies have no answer for it", () => {
  const other = { ...earlier("2025-10-14", 0.2), findings: [] };
  drawPart(<Earlier earlier={[other]} answer={NOW} digest="a" />);
  expect(screen.getByText("The patient’s earlier study has no answer for it.")).toBeVisible();
  expect(screen.getByText(/no course of a disease/)).toBeVisible();
});
