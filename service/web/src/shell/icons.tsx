// The few signs of the program, from Lucide, in one size and weight.
import { styled } from "@mui/material/styles";
import {
  ArrowDown,
  ArrowRight,
  ArrowUp,
  Ban,
  ChartLine,
  Check,
  ChevronDown,
  CircleHelp,
  CircleSmall,
  FileCheck,
  ImageOff,
  LoaderCircle,
  type LucideIcon,
  LockKeyhole,
  Moon,
  Pause,
  Play,
  PencilLine,
  RotateCw,
  Search,
  SquareDashedMousePointer,
  ShieldCheck,
  Sun,
  Table2,
  TriangleAlert,
  Undo2,
  UnfoldVertical,
  UserRound,
  WifiOff,
  X,
} from "lucide-react";

function sign(icon: LucideIcon) {
  const Sign = styled(icon)({ width: "1rem", height: "1rem", strokeWidth: 1.75, flex: "none", display: "block" });
  return Sign;
}

export const SignSearch = sign(Search);
export const SignClear = sign(X);
export const SignUser = sign(UserRound);
export const SignHelp = sign(CircleHelp);
export const SignSun = sign(Sun);
export const SignMoon = sign(Moon);
export const SignMore = sign(ChevronDown);
export const SignGo = sign(ArrowRight);
export const SignUp = sign(ArrowUp);
export const SignDown = sign(ArrowDown);
export const SignSortable = sign(UnfoldVertical);
export const SignAway = sign(WifiOff);
export const SignReceived = sign(CircleSmall);
export const SignAnalysing = sign(LoaderCircle);
export const SignReported = sign(FileCheck);
export const SignDelivered = sign(Check);
export const SignChosen = sign(Check);
export const SignParked = sign(Pause);
export const SignDeclined = sign(Ban);
export const SignGone = sign(ImageOff);
export const SignWithdrawn = sign(Undo2);
export const SignAgain = sign(RotateCw);
export const SignEdit = sign(PencilLine);
export const SignLock = sign(LockKeyhole);
export const SignShield = sign(ShieldCheck);
export const SignResume = sign(Play);
export const SignChart = sign(ChartLine);
export const SignTable = sign(Table2);
export const SignWarning = sign(TriangleAlert);
export const SignRegion = sign(SquareDashedMousePointer);
