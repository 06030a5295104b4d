// XMLHttpRequest without a network: a test says how far each upload is, and what is answered.
export class FakeUpload {
  static readonly all: FakeUpload[] = [];
  readonly upload: {
    onprogress: ((event: { loaded: number; total: number }) => void) | null;
    onload: (() => void) | null;
  } = {
    onprogress: null,
    onload: null,
  };
  onload: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onabort: (() => void) | null = null;
  status = 0;
  responseText = "";
  form: FormData | null = null;

  open(method: string, address: string): void {
    expect([method, address]).toEqual(["POST", "/studies"]);
  }

  setRequestHeader(): void {
    // Nothing depends on it here.
  }

  getResponseHeader(): null {
    return null;
  }

  send(form: FormData): void {
    this.form = form;
    FakeUpload.all.push(this);
  }

  abort(): void {
    this.onabort?.();
  }

  progress(loaded: number, total: number): void {
    this.upload.onprogress?.({ loaded, total });
  }

  answer(status: number, body: unknown): void {
    this.upload.onload?.();
    this.status = status;
    this.responseText = typeof body === "string" ? body : JSON.stringify(body);
    this.onload?.();
  }

  fail(): void {
    this.onerror?.();
  }

  static at(index: number): FakeUpload {
    const upload = FakeUpload.all[index];
    if (!upload) throw new Error(`only ${FakeUpload.all.length} uploads`);
    return upload;
  }
}
