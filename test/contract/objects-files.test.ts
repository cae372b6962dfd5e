import { CAPABILITIES, objectsContract } from './objects-contract.ts';
import { openFiles } from './objects-stores.ts';

objectsContract('files', CAPABILITIES.files, openFiles);
