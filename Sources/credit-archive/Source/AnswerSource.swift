internal import CanonicalJSON
internal import CreditArchive
internal import Projections

/// Where answers come from: an archive in a folder, or one that is served. Both give the same JSON, from which commands
/// show them; what a service does not answer needs the folder.
struct AnswerSource {
    enum Place {
        case folder(Archive)
        case service(ServiceClient)
    }

    let place: Place

    var isService: Bool { if case .service = place { true } else { false } }

    /// The answer to a question.
    ///
    /// - Parameters:
    ///   - path: of the service's route, a segment each.
    ///   - parameters: of the route; those without a value are left out.
    ///   - local: writes what the route answers.
    func ask(
        _ path: [String], _ parameters: [(String, (any CustomStringConvertible)?)] = [],
        _ local: (Auditor, inout JSONWriter) throws -> Void
    ) async throws -> JSONNode {
        switch place {
        case .folder(let archive):
            var writer = JSONWriter(reserving: 65_536)
            try local(Auditor(archive), &writer)
            return try JSONDocument(parsing: writer.bytes).root
        case .service(let client): return try await client.ask(path, AnswerSource.given(parameters)).root
        }
    }

    /// The items of a list that a service gives page by page, as one moment has them.
    ///
    /// - Parameters:
    ///   - member: of the pages, in which the items stand.
    ///   - local: writes all items as an array.
    func askPages(
        _ path: [String], _ parameters: [(String, (any CustomStringConvertible)?)], of member: StaticString,
        _ local: (Auditor, inout JSONWriter) throws -> Void
    ) async throws -> [JSONNode] {
        guard case .service(let client) = place else { return try await ask(path, parameters, local).elements() }
        let given = AnswerSource.given(parameters) + [("limit", "1000")]
        var items: [JSONNode] = []
        var page = try await client.ask(path, given).root
        while true {
            items += page[list: member]
            guard let next = page[member: "next"]?.text else { return items }
            let position = items.first?[number: "position"]
            page = try await client.follow(next).root
            // Something was recorded meanwhile: the rest is asked for as the first page had it.
            if let position, page[list: member].first?[number: "position"] != position,
                !given.contains(where: { ["atPosition", "knownAt"].contains($0.0) })
            {
                page = try await client.follow(next + "&atPosition=\(position)").root
            }
        }
    }

    private static func given(_ parameters: [(String, (any CustomStringConvertible)?)]) -> [(String, String)] {
        parameters.compactMap { name, value in value.map { (name, $0.description) } }
    }

    /// When a position was recorded.
    func recordedTime(at position: UInt64) async throws -> String {
        try await ask(["v1", "events", String(position)]) { auditor, writer in
            writer.beginObject()
            writer.member("recordedTime", try auditor.recordedTime(at: position))
            writer.endObject()
        }.text("recordedTime")
    }

    /// The log's last position; nil for an empty log.
    func lastPosition() async throws -> UInt64? {
        switch place {
        case .folder(let archive): return try Auditor(archive).pinned(.now).atPosition
        case .service(let client):
            let size = try await client.size()
            return size == 0 ? nil : size - 1
        }
    }
}

extension GlobalOptions {
    /// Whether the archive is served.
    var isServed: Bool { archive.map(ServiceAddress.isMeant) ?? false }

    /// Works with the service that `--archive` names; nil where it names a folder.
    func served<Result>(_ work: (ServiceClient) async throws -> Result) async throws -> Result? {
        guard let archive, isServed else {
            guard service.isEmpty else { throw ArchiveError.serviceNeeded }
            return nil
        }
        let client = try service.client(ServiceAddress(archive), language)
        do {
            let result = try await work(client)
            await client.close()
            return result
        } catch {
            await client.close()
            throw error
        }
    }

    /// Opens what `--archive` names, for questions.
    func answering<Result>(_ work: (AnswerSource) async throws -> Result) async throws -> Result {
        if let result = try await served({ try await work(AnswerSource(place: .service($0))) }) { return result }
        return try await work(AnswerSource(place: .folder(open(.reading))))
    }

    /// Refuses an option that a service does not know. Throws `local-archive-needed`.
    func requireFolder(for option: String, _ isUsed: Bool) throws(ArchiveError) {
        guard isUsed, isServed else { return }
        throw .folderNeeded(option)
    }
}

extension ArchiveError {
    static let serviceNeeded = ArchiveError(
        .usage, "service-needed", field: "--archive",
        chinese: "--key-file、--purpose、--ca-file 只用于经服务的档案库（--archive https://…）",
        english: "--key-file, --purpose and --ca-file go with a served archive (--archive https://…)")

    /// - Parameter field: the option that needs it; nil: the command.
    static func folderNeeded(_ field: String? = nil) -> ArchiveError {
        ArchiveError(
            .usage, "local-archive-needed", field: field ?? "--archive",
            chinese: "\(field.map { $0 + " " } ?? "此命令")要用档案库的文件本身，不能经服务进行；请在存放档案库的机器上用 --archive 目录 运行",
            english:
                "\(field ?? "this command") needs the archive's own files and does not go through a service; run it with "
                + "--archive FOLDER on the machine that has them")
    }
}
