internal import CreditModel

/// The register of bodies: each as all its changes leave it.
struct BodiesProjection: Projection {
    let name = "bodies"
    let version = 1
    let table = ReadTable(
        "body", of: .bodies,
        columns: [
            "id", "code", "name", "kind", "level", "region", "parent", "established_on", "abolished_on",
        ],
        keyCount: 1,
        // Days: days since 1970-01-01.
        definition: """
            CREATE TABLE body (
                id TEXT NOT NULL PRIMARY KEY,
                code TEXT,
                name TEXT NOT NULL,
                kind TEXT NOT NULL,
                level TEXT,
                region TEXT NOT NULL,
                parent TEXT,
                established_on INTEGER,
                abolished_on INTEGER
            ) STRICT, WITHOUT ROWID;
            """)

    func fold(_ body: BodyHistory, under policy: CreditPolicy, into rows: inout ReadRows) {
        let profile = body.profile()
        rows.text(profile.id.text)
        rows.text(profile.code?.text)
        rows.text(profile.name)
        rows.text(profile.kind.rawValue)
        rows.text(profile.level?.rawValue)
        rows.text(profile.region.text)
        rows.text(profile.parent?.text)
        rows.integer(profile.establishedOn.map { Int64($0.ordinal) })
        rows.integer(profile.abolishedOn.map { Int64($0.ordinal) })
        rows.endRow()
    }
}
