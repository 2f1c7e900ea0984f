import { defineConfig } from '@hey-api/openapi-ts';

// `make clients` gives input and output.
export default defineConfig({
  input: '../../docs/reference/openapi.json',
  output: { path: 'src/generated', module: { extension: '.js' } },
  plugins: ['@hey-api/typescript', '@hey-api/sdk', '@hey-api/client-fetch'],
});
