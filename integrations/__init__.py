"""How we speak: DICOM and FHIR, in and out."""
