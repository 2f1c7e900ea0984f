import type { INodeProperties } from 'n8n-workflow';

import { confirmDeletion, finishJob } from './answers';
import { IMAGE_MODES, operations, optionFields } from './modes';
import { describeJob } from './sending';

const ofImage = { resource: ['image'] };
const ofJob = { resource: ['job'] };
const ofGet = { ...ofJob, operation: ['get'] };

const resource: INodeProperties = {
	displayName: 'Resource',
	name: 'resource',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Image', value: 'image' },
		{ name: 'Job', value: 'job' },
	],
	default: 'image',
};

const image: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: ofImage },
		options: operations.map((operation) => ({
			...operation,
			routing: {
				request: { method: 'POST', url: '/api/v1/jobs' },
				send: { preSend: [describeJob] },
				output: { postReceive: [finishJob] },
			},
		})),
		default: 'metadata',
	},
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		displayOptions: { show: ofImage },
		options: [
			{ name: 'Binary Data', value: 'binary', description: 'An image of an earlier node' },
			{ name: 'URL', value: 'url', description: 'The server fetches the image' },
		],
		default: 'binary',
		description: 'Where the image comes from',
	},
	{
		displayName: 'Input Binary Field',
		name: 'binaryPropertyName',
		type: 'string',
		required: true,
		displayOptions: { show: { ...ofImage, source: ['binary'] } },
		default: 'data',
		hint: 'The name of the input field that holds the image',
	},
	{
		displayName: 'Image URL',
		name: 'imageUrl',
		type: 'string',
		required: true,
		displayOptions: { show: { ...ofImage, source: ['url'] } },
		default: '',
		placeholder: 'https://pictures.example/photo.jpg',
		description:
			'A public https URL. A server may also open private ones: EXPUNGE_FETCH_ALLOW.',
	},
];

const job: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: ofJob },
		options: [
			{
				name: 'Delete',
				value: 'delete',
				action: 'Delete a job',
				description: 'Cancel a job, or remove it with its image and result',
				routing: {
					request: {
						method: 'DELETE',
						url: '=/api/v1/jobs/{{encodeURIComponent($parameter.jobId)}}',
					},
					output: { postReceive: [confirmDeletion] },
				},
			},
			{
				name: 'Get',
				value: 'get',
				action: 'Get a job',
				description: 'Read a job, and its result if it has ended',
				routing: {
					request: {
						method: 'GET',
						url: '=/api/v1/jobs/{{encodeURIComponent($parameter.jobId)}}',
					},
					output: { postReceive: [finishJob] },
				},
			},
		],
		default: 'get',
	},
	{
		displayName: 'Job ID',
		name: 'jobId',
		type: 'string',
		required: true,
		displayOptions: { show: ofJob },
		default: '',
		placeholder: 'job_…',
	},
];

const shown = [{ ...ofImage, operation: IMAGE_MODES }, ofGet];

/** Fields that an image and a job have alike, once for each. */
const answer: INodeProperties[] = [ofImage, ofGet].map((show) => ({
	displayName: 'Wait for the End',
	name: 'wait',
	type: 'boolean' as const,
	displayOptions: { show },
	default: true,
	description: 'Whether to wait until the job has ended. Otherwise the job is returned at once.',
	routing: {
		request: { headers: { Prefer: '={{$value ? "wait=20" : "respond-async"}}' } },
	},
}));
for (const show of [ofImage, ofGet]) {
	answer.push({
		displayName: 'Timeout',
		name: 'timeout',
		type: 'number',
		displayOptions: { show: { ...show, wait: [true] } },
		typeOptions: { minValue: 1 },
		default: 300,
		description: 'Seconds to wait at most. The job itself goes on.',
	});
}
for (const show of shown) {
	answer.push(
		{
			displayName: 'Output',
			name: 'output',
			type: 'options',
			displayOptions: { show: { ...show, wait: [true] } },
			options: [
				{
					name: 'Image and Report',
					value: 'image',
					description: 'Binary data, with the report as JSON',
				},
				{
					name: 'Link and Report',
					value: 'report',
					description: 'JSON, with a URL of the result that is valid for a day',
				},
			],
			default: 'image',
		},
		{
			displayName: 'Put Output in Field',
			name: 'outputPropertyName',
			type: 'string',
			required: true,
			displayOptions: { show: { ...show, wait: [true], output: ['image'] } },
			default: 'data',
			hint: 'The name of the output field that will hold the image',
		},
		{
			displayName: 'Keep on the Server',
			name: 'keep',
			type: 'boolean',
			displayOptions: { show: { ...show, wait: [true], output: ['image'] } },
			default: false,
			description:
				'Whether image, result and job stay on the server for a day. Otherwise they are deleted as soon as the result is here.',
		},
	);
}

const additional: INodeProperties = {
	displayName: 'Additional Fields',
	name: 'additionalFields',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	displayOptions: { show: ofImage },
	options: [
		{
			displayName: 'Purpose',
			name: 'purpose',
			type: 'string',
			default: '',
			description: 'What this is for, where the server requires it',
		},
		{
			displayName: 'Webhook URL',
			name: 'webhookUrl',
			type: 'string',
			default: '',
			placeholder: '={{ $execution.resumeUrl }}',
			description:
				'Where the server posts the job when it ends, such as the URL of a Wait node',
		},
	],
};

export const properties: INodeProperties[] = [
	resource,
	...image,
	...job,
	...optionFields,
	...answer,
	additional,
];
