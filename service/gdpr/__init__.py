"""What the law gives a patient, and asks of who handles the data (GDPR): access, correction, restriction, erasure, retention, documents."""
