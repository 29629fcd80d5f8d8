/// What each metric of the service tells, as `# HELP` in a scrape; a metric that is not here has none.
enum MetricsCatalogue {
    static let help: [String: String] = [
        "credit_archive_events_appended_total": "Events recorded since the service began.",
        "credit_archive_events_duplicate_total": "Events sent again that were recorded before.",
        "credit_archive_requests_total": "Requests by operation, method and status.",
        "credit_archive_append_seconds": "From the events read to their durable answer.",
        "credit_archive_request_seconds": "From a request's head to its answer's, by operation.",
        "credit_archive_log_entries": "Entries of the log; the last position is one less.",
        "credit_archive_read_model_lag_entries": "Entries that the read models have not folded yet.",
        "credit_archive_followers": "Open streams of events.",
        "credit_archive_checkpoint_entries": "Entries under the latest signed checkpoint.",
        "credit_archive_group_commits": "Transactions of the log since the service began.",
        "credit_archive_group_commit_entries": "Entries in them; by the number of transactions, the mean group size.",
        "credit_archive_rebuild_running": "1 while a rebuild runs.",
        "credit_archive_rebuild_done_entries": "Entries that the running rebuild has folded.",
        "credit_archive_rebuild_total_entries": "Entries that it has to fold.",
        "credit_archive_file_bytes": "Size of the archive's files.",
    ]
}
