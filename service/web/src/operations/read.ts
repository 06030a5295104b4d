// What the operations page reads of the API, and what its persons can ask for.
import { answered, api, type Schemas } from "../api/client.ts";

export type Operations = Schemas["Operations"];
export type Parked = Schemas["ParkedLine"];
export type Destination = Schemas["DestinationLine"];
export type Span = Schemas["SpanLine"];
export type Checked = Schemas["Checked"];

export const OPERATIONS = ["operations"] as const;
export const PARKED = ["operations", "parked"] as const;

export function readOperations(signal: AbortSignal): Promise<Operations> {
  return answered(api.GET("/operations", { signal }));
}

export function readParked(signal: AbortSignal): Promise<Schemas["ParkedLines"]> {
  return answered(api.GET("/operations/parked", { signal }));
}

export function check(name: string): Promise<Checked> {
  return answered(api.POST("/operations/destinations/{name}/check", { params: { path: { name } } }));
}

/** Has one parked thing tried again; throws ProblemError (409) where that is not possible. */
export async function retry({ kind, id }: Pick<Parked, "kind" | "id">): Promise<void> {
  switch (kind) {
    case "image":
      await answered(api.POST("/operations/images/{image_id}/retry", { params: { path: { image_id: id } } }));
      return;
    case "report":
      await answered(
        api.POST("/operations/reports/{study_instance_uid}/retry", { params: { path: { study_instance_uid: id } } }),
      );
      return;
    case "delivery":
      await answered(api.POST("/deliveries/{delivery_id}/retry", { params: { path: { delivery_id: id } } }));
  }
}
