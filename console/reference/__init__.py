"""The reference, generated: JSON Schemas, the AsyncAPI document and pages, from the models and commands themselves."""
