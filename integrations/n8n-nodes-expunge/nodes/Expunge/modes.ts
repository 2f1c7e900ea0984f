import type { INode, INodeProperties, INodePropertyOptions, NodePropertyTypes } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import described from './modes.json';

/** The modes of the service. `modes.json` is generated from its source: `expunge document docs`. */
export type Mode = keyof typeof described;

interface Option {
	name: string;
	type: string;
	default: INodeProperties['default'];
	description: string;
	choices?: string[];
	minValue?: number;
	maxValue?: number;
}

interface Described {
	summary: string;
	makesImage: boolean;
	options: Option[];
}

export const MODES: Record<Mode, Described> = described;

/** Names and actions of the operations. A mode without one does not compile. */
const LABELS: Record<Mode, [name: string, action: string]> = {
	all: ['Clean Everything', 'Clean everything in an image'],
	detect: ['Detect', 'Detect metadata and AI marks'],
	faces: ['Find Faces', 'Find faces in an image'],
	invisible: ['Disturb Invisible Watermarks', 'Disturb invisible watermarks of an image'],
	mask: ['Hide Faces', 'Hide faces in an image'],
	metadata: ['Remove Metadata', 'Remove metadata from an image'],
	visible: ['Remove Visible Marks', 'Remove visible AI marks from an image'],
};

const names = Object.keys(LABELS) as Mode[];

export const IMAGE_MODES = names.filter((mode) => MODES[mode].makesImage);

export const operations: INodePropertyOptions[] = names
	.map((mode) => ({
		name: LABELS[mode][0],
		value: mode,
		action: LABELS[mode][1],
		description: plain(MODES[mode].summary),
	}))
	.sort((one, other) => one.name.localeCompare(other.name));

/** A collection of options for each mode that has some. */
export const optionFields: INodeProperties[] = names
	.filter((mode) => MODES[mode].options.length > 0)
	.map((mode) => ({
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		displayOptions: { show: { resource: ['image'], operation: [mode] } },
		options: MODES[mode].options.map(field),
	}));

/** The given options as the API takes them: lists that are written as JSON become lists. */
export function optionsOf(
	node: INode,
	mode: Mode,
	given: Record<string, unknown>,
): Record<string, unknown> {
	const lists = MODES[mode].options.filter((option) => option.type === 'json');
	const written = lists.map((option) => option.name).filter((name) => name in given);
	return {
		...given,
		...Object.fromEntries(written.map((name) => [name, parsed(node, name, given[name])])),
	};
}

function field(option: Option): INodeProperties {
	const { choices, minValue, maxValue } = option;
	return {
		displayName: title(option.name),
		name: option.name,
		type: option.type as NodePropertyTypes,
		default: option.default,
		description: plain(option.description),
		...(choices && { options: choices.map((value) => ({ name: title(value), value })) }),
		...(option.type === 'number' && { typeOptions: { minValue, maxValue } }),
		...(option.type === 'json' && { placeholder: '[10, 20, 90, 110]' }),
	};
}

function parsed(node: INode, name: string, value: unknown): unknown {
	if (typeof value !== 'string') return value;
	try {
		return value.trim() ? JSON.parse(value) : [];
	} catch {
		throw new NodeOperationError(
			node,
			`The option ${title(name)} is not a list in JSON, such as [10, 20]: ${value}`,
		);
	}
}

function title(name: string): string {
	return name.replace(/[_-]/g, ' ').replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
}

/** n8n shows descriptions as HTML, without Markdown. */
function plain(text: string): string {
	return text.replace(/`/g, '');
}
