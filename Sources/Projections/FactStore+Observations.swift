internal import CreditModel
internal import GRDB
internal import GRDBSQLite
internal import SQLiteSupport

/// An observation as a row of `facts.sqlite`.
struct ObservationRow {
    var year: Int64
    var input: Int64
    var body: Int64
    var value: Observation.Value

    init(_ observation: Observation, input: Int64, _ body: Int64) {
        year = Int64(observation.year)
        self.input = input
        self.body = body
        value = observation.value
    }

    fileprivate var key: (Int64, Int64, Int64, UInt64) { (year, input, body, value.position) }
}

extension FactStore {
    /// Inserts the observations of one chunk, in order of their key.
    func insert(_ rows: inout [ObservationRow], _ db: Database) throws {
        guard !rows.isEmpty else { return }
        rows.sort { $0.key < $1.key }
        let insert = try db.cachedStatement(
            sql: "INSERT INTO observation (year, input, body, position, evidence, value) VALUES (?, ?, ?, ?, ?, ?)")
        for row in rows { try insert.step(row) }
    }

    /// Calls `visit` with every input of every body that a question is about, input by input, with all that was
    /// recorded of it before `end`, in order of recording; each input is read in a transaction of its own.
    ///
    /// - Parameter body: the number of the only body that is asked for.
    func forEachObserved(
        _ query: ObservationQuery, of body: Int64?, before end: UInt64,
        _ visit: (BodyID, Observation.Input, [Observation.Value]) throws -> Void
    ) throws {
        let inputs = try inputs(query)
        guard !inputs.isEmpty else { return }
        let names = try names(of: body)
        for (number, input) in inputs {
            var current: Int64?
            var values: [Observation.Value] = []
            func finish() throws {
                guard let current, !values.isEmpty else { return }
                guard let id = names[current] else { throw FactStore.damaged }
                try visit(id, input, values)
                values.removeAll(keepingCapacity: true)
            }
            try file.read { db in
                let only = body == nil ? "" : " AND body = ?"
                let select = try db.cachedStatement(
                    sql: """
                        SELECT body, position, evidence, value FROM observation
                        WHERE year = ? AND input = ?\(only) AND position < ? ORDER BY body, position
                        """)
                let words: [Int64] = [Int64(query.year), number] + [body].compactMap(\.self) + [Int64(clamping: end)]
                try select.setArguments(StatementArguments(words))
                try select.forEachRow { statement in
                    let position = statement.position(1)
                    guard query.uses(position) else { return }
                    let owner = sqlite3_column_int64(statement, 0)
                    if owner != current {
                        try finish()
                        current = owner
                    }
                    guard let text = statement.text(3) else { throw FactStore.damaged }
                    values.append(
                        Observation.Value(
                            text, hasEvidence: sqlite3_column_int64(statement, 2) != 0, position: position))
                }
                try finish()
            }
        }
    }

    /// The inputs that a question is about, in the order in which they were first reported.
    private func inputs(_ query: ObservationQuery) throws -> [(number: Int64, input: Observation.Input)] {
        try file.read { db in
            try Row.fetchAll(
                db.cachedStatement(sql: "SELECT number, indicator, name FROM input WHERE scheme = ? ORDER BY number"),
                arguments: [query.scheme]
            ).map { row -> (number: Int64, input: Observation.Input) in
                (row[0], Observation.Input(scheme: query.scheme, indicator: row[1], name: row[2]))
            }.filter { query.indicator == nil || query.indicator == $0.input.indicator }
        }
    }

    /// The ids of bodies by their numbers, or of one of them.
    private func names(of body: Int64?) throws -> [Int64: BodyID] {
        try file.read { db in
            var names: [Int64: BodyID] = [:]
            let only = body == nil ? "" : " WHERE number = ?"
            let select = try db.cachedStatement(sql: "SELECT number, id FROM body\(only)")
            if let body { try select.setArguments([body]) }
            try select.forEachRow { statement in
                guard let id = statement.text(1).flatMap(BodyID.init) else { throw FactStore.damaged }
                names[sqlite3_column_int64(statement, 0)] = id
            }
            return names
        }
    }
}

extension Statement {
    /// Inserts an observation; SQLite reads its text in place.
    fileprivate func step(_ row: ObservationRow) throws {
        let statement = sqliteStatement
        var text = row.value.text
        let code = text.withUTF8 { utf8 in
            sqlite3_bind_int64(statement, 1, row.year)
            sqlite3_bind_int64(statement, 2, row.input)
            sqlite3_bind_int64(statement, 3, row.body)
            sqlite3_bind_int64(statement, 4, Int64(bitPattern: row.value.position))
            sqlite3_bind_int64(statement, 5, row.value.hasEvidence ? 1 : 0)
            UnsafeRawBufferPointer(utf8).withMemoryRebound(to: CChar.self) { characters in
                // No destructor: the text is needed only until the reset below.
                _ = sqlite3_bind_text(statement, 6, characters.baseAddress, Int32(characters.count), nil)
            }
            let code = sqlite3_step(statement)
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
            return code
        }
        guard code == SQLITE_DONE else {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: code),
                message: String(cString: sqlite3_errmsg(sqlite3_db_handle(statement))))
        }
    }
}
