internal import CreditModel

/// The cases of bodies, each as all its facts leave it (contract §2).
struct StandingProjection: Projection {
    let name = "standing"
    let version = 1
    let table = ReadTable(
        "standing", of: .cases,
        columns: [
            "body", "case", "category", "area", "severity", "amount", "status", "in_dispute", "determined_on",
            "repaired_on", "revoked_on", "attributed_year", "publicity_ends",
        ],
        keyCount: 2,
        // Days: days since 1970-01-01. publicity_ends: the first day on which a public record is no longer publicised,
        // null where it is not public.
        definition: """
            CREATE TABLE standing (
                body TEXT NOT NULL,
                "case" TEXT NOT NULL,
                category TEXT NOT NULL,
                area TEXT,
                severity TEXT NOT NULL,
                amount TEXT,
                status TEXT NOT NULL,
                in_dispute INTEGER NOT NULL,
                determined_on INTEGER NOT NULL,
                repaired_on INTEGER,
                revoked_on INTEGER,
                attributed_year INTEGER NOT NULL,
                publicity_ends INTEGER,
                PRIMARY KEY (body, "case")
            ) STRICT, WITHOUT ROWID;
            """)

    func fold(_ item: CaseSubject, under policy: CreditPolicy, into rows: inout ReadRows) throws {
        guard let state = try item.timeline.state else { return }
        let record = state.record
        rows.text(record.body.text)
        rows.text(item.id.text)
        rows.text(record.category.rawValue)
        rows.text(record.area?.rawValue)
        rows.text(record.severity.rawValue)
        rows.text(record.amount?.description)
        rows.text(state.status.rawValue)
        rows.integer(state.objectionOpen ? 1 : 0)
        rows.integer(Int64(state.determinedOn.ordinal))
        rows.integer(state.repairedOn.map { Int64($0.ordinal) })
        rows.integer(state.revokedOn.map { Int64($0.ordinal) })
        rows.integer(Int64(record.attributedYear))
        if record.visibility == .open {
            let end = policy.publicityEnds(determinedOn: state.determinedOn, severity: record.severity)
            rows.integer(Int64(end.ordinal))
        } else {
            rows.null()
        }
        rows.endRow()
    }
}
