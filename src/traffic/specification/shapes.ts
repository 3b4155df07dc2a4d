import * as core from '@modelcontextprotocol/core';
import { clip, has, isRecord, type JsonObject, memberOf, pointer } from './json.ts';
import { samples } from './samples.ts';
import type { SeenRequest } from './requestBook.ts';
import type { Rpc } from './rpc.ts';

/** What the library's schemas have in common, of which this file uses no more. */
interface Shape {
  safeParse(value: unknown): { success: true } | { success: false; error: { issues: readonly Issue[] } };
}

interface Issue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Of a union: what each of its branches has to say. */
  readonly errors?: readonly (readonly Issue[])[];
}

/** Levels of unions within unions that a problem is looked for in. */
const MAX_UNIONS = 4;

/** By method: the request, and its result. */
const requests: Readonly<Record<string, readonly [request: Shape, result: Shape]>> = {
  initialize: [core.InitializeRequestSchema, core.InitializeResultSchema],
  ping: [core.PingRequestSchema, core.ResultSchema],
  'server/discover': [core.DiscoverRequestSchema, core.DiscoverResultSchema],
  'subscriptions/listen': [core.SubscriptionsListenRequestSchema, core.ResultSchema],
  'tools/list': [core.ListToolsRequestSchema, core.ListToolsResultSchema],
  'tools/call': [core.CallToolRequestSchema, core.CallToolResultSchema],
  'prompts/list': [core.ListPromptsRequestSchema, core.ListPromptsResultSchema],
  'prompts/get': [core.GetPromptRequestSchema, core.GetPromptResultSchema],
  'resources/list': [core.ListResourcesRequestSchema, core.ListResourcesResultSchema],
  'resources/templates/list': [core.ListResourceTemplatesRequestSchema, core.ListResourceTemplatesResultSchema],
  'resources/read': [core.ReadResourceRequestSchema, core.ReadResourceResultSchema],
  'resources/subscribe': [core.SubscribeRequestSchema, core.ResultSchema],
  'resources/unsubscribe': [core.UnsubscribeRequestSchema, core.ResultSchema],
  'completion/complete': [core.CompleteRequestSchema, core.CompleteResultSchema],
  'logging/setLevel': [core.SetLevelRequestSchema, core.ResultSchema],
  'sampling/createMessage': [core.CreateMessageRequestSchema, core.CreateMessageResultWithToolsSchema],
  'elicitation/create': [core.ElicitRequestSchema, core.ElicitResultSchema],
  'roots/list': [core.ListRootsRequestSchema, core.ListRootsResultSchema],
  'tasks/get': [core.GetTaskRequestSchema, core.GetTaskResultSchema],
  'tasks/list': [core.ListTasksRequestSchema, core.ListTasksResultSchema],
  'tasks/result': [core.GetTaskPayloadRequestSchema, core.ResultSchema],
  'tasks/cancel': [core.CancelTaskRequestSchema, core.CancelTaskResultSchema],
};

const notifications: Readonly<Record<string, Shape>> = {
  'notifications/initialized': core.InitializedNotificationSchema,
  'notifications/cancelled': core.CancelledNotificationSchema,
  'notifications/progress': core.ProgressNotificationSchema,
  'notifications/message': core.LoggingMessageNotificationSchema,
  'notifications/resources/updated': core.ResourceUpdatedNotificationSchema,
  'notifications/resources/list_changed': core.ResourceListChangedNotificationSchema,
  'notifications/tools/list_changed': core.ToolListChangedNotificationSchema,
  'notifications/prompts/list_changed': core.PromptListChangedNotificationSchema,
  'notifications/roots/list_changed': core.RootsListChangedNotificationSchema,
  'notifications/elicitation/complete': core.ElicitationCompleteNotificationSchema,
  'notifications/tasks/status': core.TaskStatusNotificationSchema,
  'notifications/subscriptions/acknowledged': core.SubscriptionsAcknowledgedNotificationSchema,
};

/** Whether the specification has a request of this name. */
export function isRequestMethod(method: string): boolean {
  return Object.hasOwn(requests, method);
}

/**
 * Where, and in which way, a message differs from the shape of its method, or an answer from that of its request's. Names keys and types,
 * no values. Undefined where it fits, and where the specification knows no such method.
 */
export function shapeProblem(rpc: Rpc, request: SeenRequest | undefined): readonly [string, string] | undefined {
  const found = shapeOf(rpc, request);
  if (found === undefined) return undefined;
  try {
    for (const { value, offset } of samples(found.value)) {
      const outcome = found.shape.safeParse(value);
      const issue = outcome.success ? undefined : outcome.error.issues[0];
      if (issue === undefined) continue;
      const { path, message } = telling(issue, MAX_UNIONS);
      const moved = path.map((key, index) => (index === 1 && typeof key === 'number' ? key + offset : key));
      return [pointer([...found.path, ...moved]), clip(message)];
    }
  } catch {
    // Nested so deeply that the library gave up: whoever has to read it will do so too.
  }
  return undefined;
}

function shapeOf(
  { kind, method = '', params, result, value }: Rpc,
  request: SeenRequest | undefined,
): { shape: Shape; value: JsonObject; path: readonly string[] } | undefined {
  if (kind === 'result') {
    const shapes = request === undefined ? undefined : memberOf(requests, request.method);
    const resultType = memberOf(result, 'resultType');
    if (!isPair(shapes) || result === undefined) return undefined;
    // Of other kinds, which rules of their own know.
    if (resultType !== undefined && resultType !== 'complete') return undefined;
    const isTask = request?.method !== 'tasks/get' && isRecord(result['task']);
    return { shape: isTask ? core.CreateTaskResultSchema : shapes[1], value: result, path: ['result'] };
  }
  // Parameters that are no object are another rule's.
  if (params === undefined && has(value, 'params')) return undefined;
  const known = kind === 'request' ? memberOf(requests, method) : undefined;
  const shape = isPair(known) ? known[0] : kind === 'notification' ? notificationShape(method) : undefined;
  return shape === undefined ? undefined : { shape, value: { method, params }, path: [] };
}

function notificationShape(method: string): Shape | undefined {
  return Object.hasOwn(notifications, method) ? notifications[method] : undefined;
}

function isPair(value: unknown): value is readonly [Shape, Shape] {
  return Array.isArray(value);
}

/** Of a union, the problem in the branch that was meant, told by its `type`; else the union itself. */
function telling(issue: Issue, unions: number): Pick<Issue, 'path' | 'message'> {
  const meant = (issue.errors ?? []).filter((branch) => !branch.some(({ path }) => path.at(-1) === 'type'));
  const [inner] = meant.length === 1 ? (meant[0] ?? []) : [];
  if (inner === undefined || unions === 0) return issue;
  const { path, message } = telling(inner, unions - 1);
  return { path: [...issue.path, ...path], message };
}
