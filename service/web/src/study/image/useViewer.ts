// The viewer of a page, from opening to closing; the images that it has read; and how a pane shows one.
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";

import type { Look, OpenViewer, Pane, Picture, Viewer } from "./viewer.ts";

export type Reading = { state: "waiting" } | { state: "read"; picture: Picture } | { state: "failed"; error: unknown };

const WAITING: Reading = { state: "waiting" };

export interface ViewerHold {
  viewer: Viewer | null;
  error: unknown;
}

/** Opens a viewer for as long as the page is on the screen. */
export function useViewer(open: OpenViewer): ViewerHold {
  const [hold, setHold] = useState<ViewerHold>({ viewer: null, error: null });
  useEffect(() => {
    let isGone = false;
    let opened: Viewer | null = null;
    open().then(
      (viewer) => {
        if (isGone) viewer.close();
        else setHold({ viewer: (opened = viewer), error: null });
      },
      (error: unknown) => {
        if (!isGone) setHold({ viewer: null, error });
      },
    );
    return () => {
      isGone = true;
      opened?.close();
      setHold({ viewer: null, error: null });
    };
  }, [open]);
  return hold;
}

export interface Readings {
  reading: Reading;
  /** Every image that was read so far, by its id. */
  pictures: ReadonlyMap<string, Picture>;
  retry: () => void;
}

/** Reads an image. */
export function useReadings(viewer: Viewer | null, imageId: string | null): Readings {
  const [again, setAgain] = useState(0);
  const [pictures, setPictures] = useState<ReadonlyMap<string, Picture>>(new Map());
  const [failure, setFailure] = useState<{ imageId: string; error: unknown } | null>(null);
  useEffect(() => {
    if (!viewer || imageId === null) return undefined;
    const stop = new AbortController();
    viewer.read(imageId, stop.signal).then(
      (picture) => {
        if (!stop.signal.aborted) setPictures((before) => new Map(before).set(imageId, picture));
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setFailure({ imageId, error });
      },
    );
    return () => stop.abort();
  }, [viewer, imageId, again]);
  const retry = useCallback(() => {
    setFailure(null);
    setAgain((before) => before + 1);
  }, []);
  const picture = imageId === null ? undefined : pictures.get(imageId);
  const reading: Reading = picture
    ? { state: "read", picture }
    : failure?.imageId === imageId
      ? { state: "failed", error: failure.error }
      : WAITING;
  return { reading, pictures, retry };
}

export function useLook(pane: Pane | null): Look | null {
  return useSyncExternalStore(
    useCallback((listener) => pane?.watch(listener) ?? (() => undefined), [pane]),
    () => pane?.look() ?? null,
  );
}
