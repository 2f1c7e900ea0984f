import type {
	IAuthenticate,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';

export class ExpungeApi implements ICredentialType {
	name = 'expungeApi';

	displayName = 'Expunge API';

	icon = {
		light: 'file:../nodes/Expunge/expunge.svg',
		dark: 'file:../nodes/Expunge/expunge.dark.svg',
	} as const;

	documentationUrl = 'https://expunge.example/docs/guide/how-to/automation';

	properties: INodeProperties[] = [
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'https://expunge.example',
			description:
				'URL of your expunge server, without /api. From n8n in a container to a server on the same machine: http://host.docker.internal:8000.',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			placeholder: 'uk_…',
			description:
				'Create one at /account of your server. Without a key, you are an anonymous caller with lower limits.',
		},
	];

	authenticate: IAuthenticate = async (credentials, request) => {
		if (credentials.apiKey) {
			request.headers = { ...request.headers, Authorization: `Bearer ${credentials.apiKey}` };
		}
		return request;
	};

	// A key that is not valid gets 401 here; no key is fine.
	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.baseUrl.replace(/\\/+$/, "")}}',
			url: '={{$credentials.apiKey ? "/api/v1/me" : "/health"}}',
		},
	};
}
