"""What highdicom asks of an instance that a document lists as evidence: plain references, in the study of the document."""

from pydicom.dataset import Dataset

from integrations.imaging_study import ReportedInstance

_PERSON = ("PatientID", "PatientName", "PatientBirthDate", "PatientSex")
_STUDY = ("AccessionNumber", "StudyID", "StudyDate", "StudyTime", "ReferringPhysicianName")


def evidence(instance: ReportedInstance, header: Dataset) -> Dataset:
    """Return ``instance`` as evidence of the study of ``header``; patient and study are inherited afterwards, as they are."""
    made = Dataset()
    made.StudyInstanceUID = str(header.StudyInstanceUID)
    made.SeriesInstanceUID = instance.series_instance_uid
    made.SOPClassUID, made.SOPInstanceUID = instance.sop_class_uid, instance.sop_instance_uid
    for keyword in (*_PERSON, *_STUDY):
        setattr(made, keyword, "")
    return made
