internal import CreditModel
internal import EventLog
internal import GRDB
internal import GRDBSQLite
internal import SQLiteSupport

/// What a fold takes at once: a body, or a case.
enum FactSubject {
    case body(BodyHistory)
    case item(CaseSubject)
}

/// Facts as bodies and cases, of the prefix of the log that ends before a position.
extension FactStore {
    /// The bodies in order of their ids, which is the order of the read models' rows.
    ///
    /// Memory: about a hundred bytes a body.
    func bodies() throws -> [(number: Int64, id: BodyID)] {
        try file.read { db in
            try Row.fetchAll(db, sql: "SELECT number, id FROM body ORDER BY id").map { row in
                guard let id = BodyID(row[1]) else { throw FactStore.damaged }
                return (row[0], id)
            }
        }
    }

    /// Calls `visit` with a body and each of its cases, in the order in which they were recorded; memory: one case.
    ///
    /// - Returns: the number of facts.
    func forEachSubject(
        of number: Int64, _ id: BodyID, before end: UInt64, under policy: CreditPolicy,
        _ visit: (FactSubject) throws -> Void
    ) throws -> Int {
        var count = 0
        var history: BodyFile?
        var current: (number: Int64, id: CaseID)?
        var facts: [CaseFact] = []
        func finish() throws {
            if let current {
                try visit(.item(CaseSubject(id: current.id, body: id, facts: facts, under: policy)))
            } else if let history {
                try visit(.body(history.history))
            }
            facts.removeAll(keepingCapacity: true)
        }
        try forEachFact(of: number, before: end) { statement in
            count += 1
            let caseNumber = sqlite3_column_int64(statement, 0)
            if caseNumber == 0 {
                history.add(try BodyFactCodec.decode(statement.blob(2)), id: id, position: statement.position(1))
                return
            }
            if caseNumber != current?.number {
                try finish()
                guard let name = statement.text(3).flatMap(CaseID.init) else { throw FactStore.damaged }
                current = (caseNumber, name)
            }
            facts.append(try FactCodec.decodeCaseFact(statement.blob(2), position: statement.position(1)))
        }
        try finish()
        return count
    }

    /// The history of a body; nil where it was not registered before `end`.
    func history(of number: Int64, before end: UInt64) throws -> BodyHistory? {
        try file.read { db in
            let names = try db.cachedStatement(sql: "SELECT id FROM body WHERE number = ?")
            guard let id = try String.fetchOne(names, arguments: [number]).flatMap(BodyID.init) else {
                throw FactStore.damaged
            }
            let select = try db.cachedStatement(
                sql: """
                    SELECT position, data FROM fact WHERE body = ? AND "case" = 0 AND position < ? ORDER BY position
                    """)
            try select.setArguments([number, Int64(clamping: end)])
            var file: BodyFile?
            try select.forEachRow { statement in
                file.add(try BodyFactCodec.decode(statement.blob(1)), id: id, position: statement.position(0))
            }
            return file?.history
        }
    }

    /// A case with its facts before `end`. Throws where the file is damaged.
    func item(_ touched: Touched.Case, before end: UInt64, under policy: CreditPolicy) throws -> CaseSubject {
        try file.read { db in
            let names = try Row.fetchOne(
                db.cachedStatement(
                    sql: "SELECT \"case\".id, body.id FROM \"case\", body WHERE \"case\".number = ? AND body.number = ?"
                ),
                arguments: [touched.number, touched.body])
            guard let names, let id = CaseID(names[0]), let body = BodyID(names[1]) else { throw FactStore.damaged }
            let select = try db.cachedStatement(
                sql: """
                    SELECT position, data FROM fact WHERE body = ? AND "case" = ? AND position < ? ORDER BY position
                    """)
            try select.setArguments([touched.body, touched.number, Int64(clamping: end)])
            var facts: [CaseFact] = []
            try select.forEachRow { statement in
                facts.append(try FactCodec.decodeCaseFact(statement.blob(1), position: statement.position(0)))
            }
            return CaseSubject(id: id, body: body, facts: facts, under: policy)
        }
    }

    /// Calls `visit` with the file of each body, in order of registration; they are read in pages of short transactions.
    ///
    /// - Parameters:
    ///   - numbers: only these bodies.
    ///   - cases: whether their cases are wanted, too.
    func forEachBody(numbers: [Int64]? = nil, cases: Bool = true, _ visit: (BodyFile) throws -> Void) throws {
        if let numbers {
            for number in numbers { try bodyFiles(number...number, cases: cases).forEach(visit) }
            return
        }
        let last = try file.read { db in try Int64.fetchOne(db, sql: "SELECT max(number) FROM body") ?? 0 }
        let page: Int64 = cases ? 64 : 1_024
        for first in stride(from: 1, through: last, by: Int(page)) {
            try bodyFiles(first...(first + page - 1), cases: cases).forEach(visit)
        }
    }

    /// The files of the bodies with these numbers. Memory: all of them.
    private func bodyFiles(_ numbers: ClosedRange<Int64>, cases: Bool) throws -> [BodyFile] {
        try file.read { db in
            var files: [BodyFile] = []
            var current: Int64?
            var file: BodyFile?
            var item: (number: Int64, id: CaseID)?
            var facts: [CaseFact] = []
            func finishCase() {
                if let item { file?.cases[item.id] = facts }
                item = nil
                facts.removeAll(keepingCapacity: true)
            }
            func finishBody() {
                finishCase()
                if let file { files.append(file) }
                file = nil
            }
            // CROSS JOIN keeps the order: of each body, a seek to its own facts, not a pass over everybody's.
            let select = try db.cachedStatement(
                sql: """
                    SELECT fact."case", fact.position, fact.data, "case".id, body.number, body.id
                    FROM body CROSS JOIN fact ON fact.body = body.number
                    LEFT JOIN "case" ON "case".number = fact."case"
                    WHERE body.number BETWEEN ? AND ? AND fact."case" <= ?
                    ORDER BY body.number, fact."case", fact.position
                    """)
            try select.setArguments([numbers.lowerBound, numbers.upperBound, cases ? .max : 0])
            try select.forEachRow { statement in
                let number = sqlite3_column_int64(statement, 4)
                if number != current {
                    finishBody()
                    current = number
                }
                let position = statement.position(1)
                let caseNumber = sqlite3_column_int64(statement, 0)
                if caseNumber == 0 {
                    guard let id = statement.text(5).flatMap(BodyID.init) else { throw FactStore.damaged }
                    file.add(try BodyFactCodec.decode(statement.blob(2)), id: id, position: position)
                    return
                }
                if caseNumber != item?.number {
                    finishCase()
                    guard let id = statement.text(3).flatMap(CaseID.init) else { throw FactStore.damaged }
                    item = (caseNumber, id)
                }
                facts.append(try FactCodec.decodeCaseFact(statement.blob(2), position: position))
            }
            finishBody()
            return files
        }
    }

    /// Steps through the facts of a body: number of the case or 0, position, packed fact, id of the case.
    private func forEachFact(
        of number: Int64, before end: UInt64, _ visit: (OpaquePointer) throws -> Void
    ) throws {
        try file.read { db in
            let select = try db.cachedStatement(
                sql: """
                    SELECT fact."case", fact.position, fact.data, "case".id
                    FROM fact LEFT JOIN "case" ON "case".number = fact."case"
                    WHERE fact.body = ? AND fact.position < ? ORDER BY fact."case", fact.position
                    """)
            try select.setArguments([number, Int64(clamping: end)])
            try select.forEachRow(visit)
        }
    }
}

extension BodyFile? {
    /// Adds a fact of the body: its registration makes the file.
    mutating func add(_ fact: DecodedFact.BodyFact, id: BodyID, position: UInt64) {
        switch fact {
        case .registered(let data):
            if self == nil { self = BodyFile(BodyHistory(id: id, registration: data, position: position)) }
        case .changed(let data): self?.history.add(data, position: position)
        }
    }
}

extension Statement {
    /// Steps through the rows without making values of them; the pointer must not leave the closure.
    func forEachRow(_ body: (OpaquePointer) throws -> Void) throws {
        let statement = sqliteStatement
        defer { sqlite3_reset(statement) }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: try body(statement)
            case SQLITE_DONE: return
            case let code: throw DatabaseError(resultCode: ResultCode(rawValue: code))
            }
        }
    }
}

extension OpaquePointer {
    /// The bytes of a column of the current row; valid until the next step.
    func blob(_ column: Int32) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: sqlite3_column_blob(self, column), count: Int(sqlite3_column_bytes(self, column)))
    }

    func position(_ column: Int32) -> UInt64 { UInt64(bitPattern: sqlite3_column_int64(self, column)) }

    func text(_ column: Int32) -> String? {
        sqlite3_column_text(self, column).map { String(cString: $0) }
    }
}
