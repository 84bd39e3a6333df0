"""What the Temporal UI shows of a workflow."""

from typing import Any

from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import WorkflowHandle


async def page_of(handle: WorkflowHandle[Any, Any]) -> str:
    """Its current details, in Markdown."""
    metadata = await handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    details: str = metadata.current_details
    return details
