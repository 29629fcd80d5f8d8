public import CreditModel
internal import EventLog
internal import Projections

extension Auditor {
    /// The body that a text names: an id, a 统一社会信用代码 (also a former one), its full name, or one that it had before.
    ///
    /// Throws ``ArchiveError`` `body-not-found`, or `name-ambiguous` listing the codes.
    public func body(named text: String) throws -> BodyID {
        if let id = BodyID(text), try archive.log.stream(.body(id.text)).count > 0 { return id }
        if let code = USCC(text), let id = try archive.projections.laterCodes()[code] { return id }
        let current = try StandingQuery(.all, today: archive.today).run(on: archive.projections)
            .filter { $0.body.name == text }.map(\.body.id)
        let named = try current.isEmpty ? bodies(onceNamed: text) : current
        if named.count > 1 {
            let list = named.map(\.text).joined(separator: " ")
            throw ArchiveError(
                .badInput, "name-ambiguous", chinese: "名为“\(text)”的主体不止一个，请用代码：\(list)",
                english: "more than one body is named '\(text)'; use the code: \(list)")
        }
        guard let id = named.first else {
            throw ArchiveError(
                .notFound, "body-not-found", chinese: "没有主体“\(text)”；请用统一社会信用代码或登记的全称",
                english: "there is no body '\(text)'; use its 统一社会信用代码 or its registered name")
        }
        return id
    }

    /// Who asks of a past day knows the name of that day.
    private func bodies(onceNamed text: String) throws -> [BodyID] {
        var found: [BodyID] = []
        try archive.projections.forEachBodyFile(.all) { file in
            var names = [file.history.registration.name]
            for change in file.history.changes {
                if case .renamed(let name) = change.change { names.append(name) }
            }
            if names.contains(text) { found.append(file.history.id) }
        }
        return found.sorted()
    }
}
