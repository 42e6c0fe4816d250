/** Folder of the extension's storage with the fields of workflows that are open in editors of their own. */
export const fieldFolder = 'workflow-fields';
