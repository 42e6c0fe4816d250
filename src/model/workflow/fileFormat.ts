/** What is known of the files of workflows without their schema, which activation must not load. */

/** Version of the file format that this program writes and understands. */
export const workflowSchemaVersion = 1;
export const workflowFolder = '.amp/workflows';
