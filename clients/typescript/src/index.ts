// The functions of `generated` are made from the OpenAPI document; the rest is by hand.
export * from './generated/index.js';
export { connect } from './connection.js';
export { createJobFrom, upload, waitFor, JobTimeout } from './jobs.js';
export { ApiProblem } from './problem.js';
export { verifyWebhook, WebhookInvalid } from './webhooks.js';
