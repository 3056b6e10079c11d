"""The acts of the office: one public function, one act, one transaction with its event."""
