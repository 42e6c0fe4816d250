/** Variables of the environment that hold the keys of model providers; also the names under which redaction shows those keys. */
export const keyVariables = { openai: 'OPENAI_API_KEY', anthropic: 'ANTHROPIC_API_KEY', local: 'LOCAL_API_KEY' } as const;
