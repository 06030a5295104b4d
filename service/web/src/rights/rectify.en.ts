// The words for correcting what images say of a patient, in English; `rectify.pl.ts` has the same keys.
export const correctionWords = {
  which: {
    title: "Which studies",
    text: "A study is told by its date and description. No image and nothing of what is held now is shown.",
    none: "There is no study of this patient here that could be corrected.",
    all: "All studies of the patient",
    allHelp: "As a rule: what is wrong about the patient is wrong in each of them.",
    noDate: "without a date",
    noDescription: "without a description",
  },
  right: {
    title: "What is wrong, and what is right",
    text: "Choose what is wrong, and type what is right, as the patient’s document says it. It is checked before anything is changed.",
    label: "What is wrong",
    oneStudy: "It is that of one study: choose one in step 2.",
    findings:
      "Findings are not corrected here: a physician amends the report, or whoever operates the server takes results back (diafan withdraw).",
    missing: "Choose what is wrong.",
    unfit: "This does not fit. {{form}}",
    failed: "It could not be asked. Nothing was changed, and what you typed is still here.",
    asking: "What it would do is being found out.",
  },
  name: {
    word: "Name",
    right: "Name that is right",
    form: "Family name, the sign ^, given name: Nowak^Anna. At most 64 characters, without backslash.",
  },
  birth_date: {
    word: "Birth date",
    right: "Birth date that is right",
    form: "A day that has been. Images hold it as YYYYMMDD.",
  },
  sex: {
    word: "Sex",
    right: "Sex that is right",
    form: "Choose one of the three that DICOM has.",
    F: "F: female",
    M: "M: male",
    O: "O: other",
  },
  patient_id: {
    word: "Patient ID",
    right: "Patient ID that is right",
    form: "At most 64 characters, without backslash.",
  },
  issuer: {
    word: "Issuer of the Patient ID",
    right: "Issuer that is right",
    form: "At most 64 characters, without backslash.",
  },
  accession: {
    word: "Accession number",
    right: "Accession number that is right",
    form: "At most 16 characters, without backslash.",
  },
  do: {
    title: "What that does",
    images: "Images that come in again corrected, as a new revision: {{count}}",
    results: "Results that are made anew: {{count}}",
    reports: "Studies whose report is made anew: {{count}}",
    joins: "The new identifier is that of a patient who is known here: the studies come under that patient.",
    signed:
      "Studies that a physician has signed: {{count}}. The EHR hears of it when a physician has amended the report.",
    told: "Who hears of it (GDPR Art. 19)",
    left: "What is left as it is, and why",
    nothing: "Nothing would be corrected.",
    compared: "I compared what I typed with the patient’s document.",
    button: "Correct",
    running: "It is being corrected. With many images it takes minutes.",
    failed:
      "It did not come to its end, or its answer was lost. What was corrected stays; look at what it would do once more: the same again goes on with the rest.",
    done: "Corrected images: {{count}}. Results, reports and deliveries follow. Tell the patient that it is done.",
    declined: "Turned away by the rules of today, and not corrected: {{count}}.",
  },
  left: {
    right: "Images that say so already: {{count}}",
    others: "Images of another patient: {{count}}",
    not_held: "Images whose pixels are not held: {{count}}. Have the archive send them again.",
    undecodable:
      "Images with text in another character set than they say: {{count}}. Have the archive send them corrected.",
    withdrawn: "Images of studies whose results were withdrawn: {{count}}",
  },
} as const;
