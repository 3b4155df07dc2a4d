/** JSON-RPC's codes for a method that the server does not have, and for parameters that do not fit. */
export const METHOD_NOT_FOUND = -32601;
export const INVALID_PARAMS = -32602;
