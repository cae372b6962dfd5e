export const SUBMIT_SCRIPT = '#!/bin/sh\n';
