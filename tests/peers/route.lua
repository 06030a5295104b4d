-- The routing rule of a PACS that knows of its destination nothing but an address: each new CR or DX image goes there.
-- A job and not SendToModality(): a transfer that failed stays listed, and can be submitted again.
function OnStoredInstance(instanceId, tags, metadata, origin)
  if tags['Modality'] == 'CR' or tags['Modality'] == 'DX' then
    local transfer = { Resources = { instanceId }, Synchronous = false }
    RestApiPost('/modalities/diafan/store', DumpJson(transfer, true), false)
  end
end
