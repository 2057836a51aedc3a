"""The hand that asks a language model: any server that speaks the OpenAI protocol, within hard limits."""
