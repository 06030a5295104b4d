"""The real peers that the tests run against: a PACS, an EHR, an identity provider, a viewer, an audit record repository, and a recorder between.

Every peer is a context manager that starts a process of its own on 127.0.0.1 with a port that was free, waits (with a
bound) until that process answers, and ends it, and no other, at the end. Logs are kept in `build/peers/logs`.
`python -m tests.peers.setup` brings what they need; the second time it has nothing to do.

- `pacs.orthanc`            Orthanc with DICOMweb; routes each new CR or DX image by a rule that knows nothing else
- `ehr.fhir_server`         a FHIR R4 server (Medplum's router) that validates, and fails on demand
- `identity.openid_provider` an OpenID provider (panva's oidc-provider) with two audiences and rotating keys
- `viewer.ohif`             OHIF before that PACS; `browser.screenshot` looks at it in Chromium
- `syslog.rsyslog`          an audit record repository: rsyslog, over TLS with certificates on both sides
- `recorder.recording_proxy` a byte-true DICOM relay that counts what was sent
"""
