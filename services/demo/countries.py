"""The eight countries of the demonstration: common names, cities and the shapes of addresses and numbers.

First and last names are the common ones of each country and are put together at random: nobody is meant. In
every shape `#` stands for a digit and `{area}` for the city's area code.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class City:
    """A city: its region, the shape of its postcodes, its area codes, and where it lies (degrees)."""

    name: str
    region: str
    postcode: str
    areas: tuple[str, ...]
    lat: float
    lon: float


@dataclass(frozen=True)
class Country:
    """One country. Names are `written` or, where the script is not Latin, `written/romanised`.

    `share` is its part of all contacts in per cent, `two_surnames` how many of its people have two;
    `street_shape` holds `{street}` and `{number}`, `firms` `{word}` and the surnames `{last}` and `{other}`.
    """

    code: str
    language: str
    share: int
    two_surnames: float
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    cities: tuple[City, ...]
    streets: tuple[str, ...]
    street_shape: str
    mobile: tuple[str, ...]
    fixed: tuple[str, ...]
    firms: tuple[str, ...]
    words: tuple[str, ...]


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in text.split(","))


def _cities(text: str) -> tuple[City, ...]:
    """Read one city a line: name, region, postcode, area codes, latitude, longitude."""
    found = []
    for line in text.strip().splitlines():
        name, region, postcode, areas, lat, lon = (part.strip() for part in line.split("|"))
        found.append(City(name, region, postcode, tuple(areas.split()), float(lat), float(lon)))
    return tuple(found)


BRAZIL = Country(
    code="BR",
    language="pt",
    share=30,
    two_surnames=0.55,
    first_names=_names(
        """Ana João Maria José Antônio Francisca Carlos Adriana Paulo Juliana Pedro Márcia Lucas Fernanda
        Luiz Patrícia Marcos Aline Luís Sandra Gabriel Camila Rafael Amanda Daniel Bruna Marcelo Jéssica
        Bruno Letícia Eduardo Júlia Felipe Luciana Rodrigo Vanessa Gustavo Mariana Fábio Beatriz André
        Larissa Thiago Cláudia Leandro Débora Vinícius Simone Matheus Renata Sérgio Tatiane Cauã Íris
        Caetano Helena Otávio Lívia Davi Cecília Murilo Rosângela Everton Raíssa"""
    ),
    last_names=_names(
        """Silva Santos Oliveira Souza Rodrigues Ferreira Alves Pereira Lima Gomes Costa Ribeiro Martins
        Carvalho Almeida Lopes Soares Fernandes Vieira Barbosa Rocha Dias Nascimento Andrade Moreira Nunes
        Marques Machado Mendes Freitas Cardoso Ramos Gonçalves Santana Teixeira Araújo Cavalcanti Moraes
        Melo Brandão Assunção Conceição Guimarães Magalhães Leitão Paixão Antunes Bezerra Camargo Duarte
        Farias Queiroz Sampaio Tavares Vasconcelos Xavier Peixoto Figueiredo Siqueira Pacheco"""
    ),
    cities=_cities(
        """
        São Paulo | São Paulo | 0####-### | 11 | -23.55 | -46.63
        Campinas | São Paulo | 130##-### | 19 | -22.91 | -47.06
        Ribeirão Preto | São Paulo | 140##-### | 16 | -21.18 | -47.81
        Rio de Janeiro | Rio de Janeiro | 2####-### | 21 | -22.91 | -43.17
        Belo Horizonte | Minas Gerais | 30###-### | 31 | -19.92 | -43.94
        Uberlândia | Minas Gerais | 384##-### | 34 | -18.91 | -48.27
        Curitiba | Paraná | 80###-### | 41 | -25.43 | -49.27
        Londrina | Paraná | 860##-### | 43 | -23.31 | -51.16
        Porto Alegre | Rio Grande do Sul | 90###-### | 51 | -30.03 | -51.23
        Salvador | Bahia | 40###-### | 71 | -12.97 | -38.50
        Recife | Pernambuco | 50###-### | 81 | -8.05 | -34.88
        Fortaleza | Ceará | 60###-### | 85 | -3.73 | -38.52
        Goiânia | Goiás | 74###-### | 62 | -16.69 | -49.25
        Cuiabá | Mato Grosso | 780##-### | 65 | -15.60 | -56.10
        Belém | Pará | 66###-### | 91 | -1.46 | -48.50
        """
    ),
    streets=_phrases(
        """Rua das Palmeiras, Avenida Brasil, Rua São João, Rua das Acácias, Avenida Central, Rua Sete de
        Setembro, Rua do Comércio, Travessa da Paz, Avenida das Nações, Rua Bela Vista, Estrada do Campo,
        Rua Primavera"""
    ),
    street_shape="{street}, {number}",
    mobile=("{area}9########",),
    fixed=("{area}3#######", "{area}2#######"),
    firms=_phrases(
        """Fazenda {word}, Agropecuária {word}, Transportes {word}, Comercial {last} Ltda., {last} & {other}
        Ltda., Cooperativa {word}, Construtora {last}, Padaria {word}, Oficina {last}, Clínica {word}"""
    ),
    words=_phrases(
        """Boa Vista, Santa Luzia, São Bento, Três Irmãos, Água Limpa, Serra Azul, Campo Verde, Bela Aurora,
        Pôr do Sol, Nova Esperança, Rio Claro, Estância Velha, Vale Dourado, Ipê Amarelo, Boa Safra, Alto
        Alegre, Recanto, Primavera, Monte Alto, Estrela do Sul"""
    ),
)

UNITED_STATES = Country(
    code="US",
    language="en",
    share=18,
    two_surnames=0.0,
    first_names=_names(
        """James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard
        Susan Joseph Jessica Thomas Sarah Charles Karen Christopher Lisa Daniel Nancy Matthew Betty
        Anthony Sandra Mark Margaret Donald Ashley Steven Kimberly Andrew Emily Paul Donna Joshua Michelle
        Kenneth Carol Kevin Amanda Brian Melissa George Deborah Timothy Stephanie Ronald Rebecca Jason
        Laura Edward Sharon Jeffrey Cynthia Ryan Dorothy"""
    ),
    last_names=_names(
        """Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez
        Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark
        Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams
        Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts O'Brien Phillips Evans Turner Parker
        Collins Edwards Stewart Morris Murphy"""
    ),
    cities=_cities(
        """
        New York | New York | 100## | 212 646 917 | 40.71 | -74.01
        Buffalo | New York | 142## | 716 | 42.89 | -78.88
        Los Angeles | California | 900## | 213 310 323 | 34.05 | -118.24
        Fresno | California | 937## | 559 | 36.74 | -119.79
        Chicago | Illinois | 606## | 312 773 872 | 41.88 | -87.63
        Houston | Texas | 770## | 713 281 832 | 29.76 | -95.37
        Dallas | Texas | 752## | 214 469 972 | 32.78 | -96.80
        Phoenix | Arizona | 850## | 602 480 623 | 33.45 | -112.07
        Atlanta | Georgia | 303## | 404 470 678 | 33.75 | -84.39
        Miami | Florida | 331## | 305 786 | 25.76 | -80.19
        Denver | Colorado | 802## | 303 720 | 39.74 | -104.99
        Des Moines | Iowa | 503## | 515 | 41.59 | -93.62
        Seattle | Washington | 981## | 206 425 | 47.61 | -122.33
        """
    ),
    streets=_phrases(
        """Main Street, Oak Avenue, Maple Street, Cedar Lane, Washington Avenue, Lake Road, Hillcrest Drive,
        Park Avenue, Sunset Boulevard, Mill Road, Prairie Lane, Second Street"""
    ),
    street_shape="{number} {street}",
    mobile=("{area}555####",),
    fixed=("{area}555####",),
    firms=_phrases(
        """{word} Farms, {word} Logistics, {last} & Sons, {last} {other} LLC, {word} Dairy, {word} Hardware,
        {last} Construction, {word} Dental, {word} Bakery, {last} Brothers Inc."""
    ),
    words=_phrases(
        """Blue Ridge, Prairie View, Cedar Creek, Silver Lake, Red Barn, Maple Grove, Sunny Hill, Stone
        Bridge, Golden Valley, Pine Hollow, Clear Water, Willow Bend, Eagle Point, Oak Hill, Spring
        Meadow, North Fork, Green Acres, High Plains, Fox Run, River Bend"""
    ),
)

FRANCE = Country(
    code="FR",
    language="fr",
    share=14,
    two_surnames=0.04,
    first_names=_names(
        """Jean Marie Pierre Monique Michel Isabelle André Françoise Philippe Catherine Alain Nathalie
        Bernard Sylvie Patrick Anne Nicolas Céline Julien Émilie Thomas Sophie Stéphane Aurélie Frédéric
        Hélène Sébastien Léa François Chloé Jérôme Manon Éric Camille Benoît Élodie Grégory Inès Loïc Zoé
        Maël Noémie Raphaël Anaïs Gaëlle Clément Jean-Luc Marie-Claire Anne-Sophie Théo Agnès Rémi
        Véronique Cédric Margaux Joël Océane Jean-Marc Maëlys Yves"""
    ),
    last_names=_names(
        """Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre
        Leroy Roux David Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent
        Muller Lefèvre Faure André Mercier Blanc Guérin Boyer Garnier Chevalier François Legrand Gauthier
        Garcia Perrin Robin Clément Morin Nicolas Henry Roussel Mathieu Gautier Masson Marchand Duval
        Denis Dumont Lemaire Noël Meyer Dufour Meunier Bérard"""
    ),
    cities=_cities(
        """
        Paris | Île-de-France | 750## | 1 | 48.86 | 2.35
        Versailles | Île-de-France | 78000 | 1 | 48.80 | 2.13
        Lille | Hauts-de-France | 59800 | 3 | 50.63 | 3.06
        Amiens | Hauts-de-France | 80000 | 3 | 49.89 | 2.30
        Rennes | Bretagne | 35#00 | 2 | 48.11 | -1.68
        Nantes | Pays de la Loire | 44#00 | 2 | 47.22 | -1.55
        Strasbourg | Grand Est | 67#00 | 3 | 48.57 | 7.75
        Lyon | Auvergne-Rhône-Alpes | 6900# | 4 | 45.76 | 4.84
        Grenoble | Auvergne-Rhône-Alpes | 38#00 | 4 | 45.19 | 5.72
        Marseille | Provence-Alpes-Côte d'Azur | 130## | 4 | 43.30 | 5.37
        Nice | Provence-Alpes-Côte d'Azur | 06#00 | 4 | 43.70 | 7.27
        Toulouse | Occitanie | 31#00 | 5 | 43.60 | 1.44
        Bordeaux | Nouvelle-Aquitaine | 33#00 | 5 | 44.84 | -0.58
        """
    ),
    streets=_phrases(
        """rue de la République, rue des Lilas, avenue de la Gare, place du Marché, rue Victor-Hugo, rue du
        Moulin, chemin des Vignes, boulevard Voltaire, rue de l'Église, allée des Tilleuls, rue Pasteur,
        quai du Port"""
    ),
    street_shape="{number} {street}",
    mobile=("6########", "7########"),
    fixed=("{area}########",),
    firms=_phrases(
        """Domaine {word}, Établissements {last}, {last} et Fils, Ferme {word}, Boulangerie {last}, {last}
        {other} SARL, Garage {last}, Cabinet {last}, Transports {word}, Coopérative {word}"""
    ),
    words=_phrases(
        """de la Vallée, du Grand Pré, des Trois Chênes, du Vieux Puits, des Érables, de l'Étang, de la
        Forêt, du Levant, des Cèdres, de la Côte, du Belvédère, des Genêts, du Château Vert, de la
        Colline, du Val d'Or, de la Prairie, du Ruisseau, des Hirondelles, de l'Horizon, du Pont Neuf"""
    ),
)

PORTUGAL = Country(
    code="PT",
    language="pt",
    share=8,
    two_surnames=0.6,
    first_names=_names(
        """Maria José Ana João António Francisco Manuel Carlos Paula Rui Sofia Pedro Inês Miguel Mariana
        Tiago Beatriz Nuno Catarina Ricardo Joana Gonçalo Margarida Hugo Teresa Bruno Sílvia Luís Cláudia
        Jorge Helena Vasco Leonor Diogo Matilde Duarte Carolina Afonso Rita Tomás Filipa Henrique Lúcia
        Simão Mafalda Álvaro Graça Óscar Constança Fernão"""
    ),
    last_names=_names(
        """Silva Santos Ferreira Pereira Oliveira Costa Rodrigues Martins Jesus Sousa Fernandes Gonçalves
        Gomes Lopes Marques Alves Almeida Ribeiro Pinto Carvalho Teixeira Moreira Correia Mendes Nunes
        Soares Vieira Monteiro Cardoso Rocha Neves Coelho Cruz Cunha Pires Ramos Reis Simões Antunes Matos
        Fonseca Machado Araújo Barbosa Tavares Lourenço Castro Figueiredo Azevedo Brandão"""
    ),
    cities=_cities(
        """
        Lisboa | Lisboa | 1###-### | 21 | 38.72 | -9.14
        Sintra | Lisboa | 27##-### | 21 | 38.80 | -9.38
        Porto | Porto | 4###-### | 22 | 41.15 | -8.61
        Braga | Braga | 47##-### | 253 | 41.55 | -8.42
        Coimbra | Coimbra | 30##-### | 239 | 40.21 | -8.43
        Aveiro | Aveiro | 38##-### | 234 | 40.64 | -8.65
        Évora | Évora | 70##-### | 266 | 38.57 | -7.91
        Faro | Faro | 80##-### | 289 | 37.02 | -7.93
        Setúbal | Setúbal | 29##-### | 265 | 38.52 | -8.89
        Viseu | Viseu | 35##-### | 232 | 40.66 | -7.91
        """
    ),
    streets=_phrases(
        """Rua da Liberdade, Avenida da República, Rua de Santo António, Largo da Igreja, Rua do Outeiro,
        Travessa do Carmo, Rua das Flores, Estrada Nacional, Praça do Comércio, Rua Nova"""
    ),
    street_shape="{street}, {number}",
    mobile=("91#######", "92#######", "93#######", "96#######"),
    fixed=("{area}######", "{area}#######"),
    firms=_phrases(
        """Quinta {word}, {last} & Filhos Lda., Herdade {word}, Transportes {last}, {last} {other} Lda.,
        Adega {word}, Oficina {last}, Padaria {word}, Clínica {last}, Cooperativa {word}"""
    ),
    words=_phrases(
        """da Ribeira, do Monte, das Oliveiras, da Boa Hora, do Vale, da Serra, do Sobreiro, da Fonte, do
        Moinho, da Encosta, das Amendoeiras, do Pinhal, da Lagoa, do Mirante, da Eira"""
    ),
)

GERMANY = Country(
    code="DE",
    language="de",
    share=10,
    two_surnames=0.03,
    first_names=_names(
        """Peter Ursula Michael Sabine Thomas Petra Andreas Monika Wolfgang Susanne Jürgen Andrea Stefan
        Birgit Christian Claudia Günter Anja Matthias Nicole Jörg Kerstin Frank Jutta Markus Katrin
        Alexander Stefanie Jan Julia Florian Melanie Björn Käthe Sören Bärbel Tobias Lena Lukas Hannah
        Felix Leonie Maximilian Sophie Götz Mara Rüdiger Frieda Uwe Jana"""
    ),
    last_names=_names(
        """Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer
        Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt
        Werner Krause Meier Lehmann Schmid Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser
        Fuchs Peters Lang Scholz Möller Weiß Jung Hahn Vogel Groß Jäger Böhm Günther Voß Straßer"""
    ),
    cities=_cities(
        """
        Berlin | Berlin | 10### | 30 | 52.52 | 13.41
        Hamburg | Hamburg | 20### | 40 | 53.55 | 9.99
        München | Bayern | 80### | 89 | 48.14 | 11.58
        Nürnberg | Bayern | 904## | 911 | 49.45 | 11.08
        Köln | Nordrhein-Westfalen | 50### | 221 | 50.94 | 6.96
        Düsseldorf | Nordrhein-Westfalen | 40### | 211 | 51.23 | 6.78
        Frankfurt am Main | Hessen | 60### | 69 | 50.11 | 8.68
        Stuttgart | Baden-Württemberg | 70### | 711 | 48.78 | 9.18
        Leipzig | Sachsen | 041## | 341 | 51.34 | 12.37
        Dresden | Sachsen | 010## | 351 | 51.05 | 13.74
        Hannover | Niedersachsen | 30### | 511 | 52.38 | 9.73
        Kiel | Schleswig-Holstein | 241## | 431 | 54.32 | 10.14
        """
    ),
    streets=_phrases(
        """Hauptstraße, Schulstraße, Gartenstraße, Bahnhofstraße, Dorfstraße, Bergstraße, Birkenweg,
        Lindenstraße, Kirchgasse, Waldstraße, Ringstraße, Am Mühlbach"""
    ),
    street_shape="{street} {number}",
    mobile=("151########", "160#######", "171#######"),
    fixed=("{area}#######", "{area}########"),
    firms=_phrases(
        """{last} GmbH, {last} & {other} OHG, Hof {word}, Bäckerei {last}, Spedition {last}, Autohaus {last},
        Gärtnerei {word}, Tischlerei {last}, Praxis {last}, Molkerei {word}"""
    ),
    words=_phrases(
        """Sonnental, Grünau, Steinbach, Lindenhof, Birkenfeld, Rosengarten, Mühlental, Hohenberg, Waldsee,
        Eichgrund, Wiesental, Bergheim, Seeblick, Talblick, Nordfeld"""
    ),
)

MEXICO = Country(
    code="MX",
    language="es",
    share=8,
    two_surnames=0.8,
    first_names=_names(
        """José María Juan Guadalupe Luis Margarita Carlos Verónica Jesús Elizabeth Francisco Alejandra Jorge
        Leticia Miguel Rosa Manuel Gabriela Ricardo Adriana Fernando Patricia Roberto Yolanda Alejandro
        Martha Eduardo Silvia Héctor Claudia Raúl Mónica Óscar Teresa Sergio Araceli Andrés Sofía Ángel
        Ximena Iván Renata Ramón Lucía Rubén Daniela Joaquín Fátima Efraín Inés"""
    ),
    last_names=_names(
        """Hernández García Martínez López González Pérez Rodríguez Sánchez Ramírez Cruz Flores Gómez Morales
        Vázquez Reyes Jiménez Torres Díaz Gutiérrez Ruiz Mendoza Aguilar Ortiz Moreno Castillo Romero
        Álvarez Méndez Chávez Rivera Juárez Ramos Domínguez Herrera Medina Castro Vargas Guzmán Velázquez
        Rojas Muñoz Ibáñez Contreras Salazar Luna Ortega Guerrero Estrada Bautista Cortés"""
    ),
    cities=_cities(
        """
        Ciudad de México | Ciudad de México | 0#### | 55 | 19.43 | -99.13
        Guadalajara | Jalisco | 44### | 33 | 20.66 | -103.35
        Monterrey | Nuevo León | 64### | 81 | 25.69 | -100.32
        Puebla | Puebla | 72### | 222 | 19.04 | -98.21
        León | Guanajuato | 37### | 477 | 21.12 | -101.68
        Querétaro | Querétaro | 76### | 442 | 20.59 | -100.39
        Mérida | Yucatán | 97### | 999 | 20.97 | -89.62
        Culiacán | Sinaloa | 80### | 667 | 24.81 | -107.39
        Hermosillo | Sonora | 83### | 662 | 29.07 | -110.96
        Chihuahua | Chihuahua | 31### | 614 | 28.63 | -106.07
        """
    ),
    streets=_phrases(
        """Calle Hidalgo, Avenida Juárez, Calle Morelos, Avenida Reforma, Calle Independencia, Calle del Sol,
        Avenida de las Flores, Calle Cinco de Mayo, Privada del Bosque, Calle Allende"""
    ),
    street_shape="{street} {number}",
    mobile=("{area}#######", "{area}########"),
    fixed=("{area}#######", "{area}########"),
    firms=_phrases(
        """Rancho {word}, Grupo {last} {other}, Transportes {word}, Abarrotes {last}, Constructora {last},
        Panadería {word}, Taller {last}, Clínica {word}, Distribuidora {last}, Hacienda {word}"""
    ),
    words=_phrases(
        """El Porvenir, Los Pinos, La Esperanza, San Isidro, El Mezquite, Las Palmas, Buenavista, La Cañada,
        El Peñasco, Santa Rita, Los Álamos, El Mirador, La Joya, Tres Ríos, El Nogal"""
    ),
)

ARGENTINA = Country(
    code="AR",
    language="es",
    share=6,
    two_surnames=0.1,
    first_names=_names(
        """Juan María Carlos Ana Jorge Marta Luis Silvia José Susana Miguel Graciela Roberto Mónica Daniel
        Liliana Ricardo Cristina Héctor Alicia Sergio Laura Gustavo Claudia Diego Valeria Martín Romina
        Pablo Natalia Sebastián Florencia Nicolás Sofía Matías Camila Facundo Agustina Joaquín Julieta
        Tomás Martina Ramiro Lucía Iñaki Belén Germán Rocío Hernán Paz"""
    ),
    last_names=_names(
        """González Rodríguez Gómez Fernández López Díaz Martínez Pérez García Sánchez Romero Sosa Torres
        Álvarez Ruiz Ramírez Flores Benítez Acosta Medina Herrera Suárez Aguirre Giménez Gutiérrez Pereyra
        Rojas Molina Castro Ortiz Silva Núñez Luna Juárez Cabrera Ríos Morales Godoy Moreno Ferreyra
        Domínguez Carrizo Peralta Castillo Ledesma Quiroga Vega Vera Muñoz Ojeda"""
    ),
    cities=_cities(
        """
        Buenos Aires | Ciudad Autónoma de Buenos Aires | C1###AAA | 11 | -34.60 | -58.38
        La Plata | Buenos Aires | B19##AAA | 221 | -34.92 | -57.95
        Mar del Plata | Buenos Aires | B76##AAA | 223 | -38.00 | -57.56
        Córdoba | Córdoba | X50##AAA | 351 | -31.42 | -64.18
        Rosario | Santa Fe | S20##AAA | 341 | -32.95 | -60.64
        Mendoza | Mendoza | M55##AAA | 261 | -32.89 | -68.84
        San Miguel de Tucumán | Tucumán | T40##AAA | 381 | -26.82 | -65.22
        Salta | Salta | A44##AAA | 387 | -24.78 | -65.41
        Neuquén | Neuquén | Q83##AAA | 299 | -38.95 | -68.06
        """
    ),
    streets=_phrases(
        """Avenida San Martín, Calle Belgrano, Avenida Rivadavia, Calle Mitre, Calle Sarmiento, Avenida Mayo,
        Pasaje del Norte, Calle Moreno, Avenida del Libertador, Calle Alsina"""
    ),
    street_shape="{street} {number}",
    mobile=("9{area}#######", "9{area}########"),
    fixed=("{area}#######", "{area}########"),
    firms=_phrases(
        """Estancia {word}, {last} Hermanos S.R.L., Transportes {word}, Panadería {last}, {last} y {other}
        S.A., Cabaña {word}, Taller {last}, Semillería {word}, Clínica {word}, Ferretería {last}"""
    ),
    words=_phrases(
        """La Aurora, El Ombú, Los Ceibos, La Paz, El Trébol, Santa Elena, Las Lomas, El Pampero, La
        Querencia, Don Bosco, El Ñandú, La Primavera, Los Sauces, El Horizonte, La Escondida"""
    ),
)

JAPAN = Country(
    code="JP",
    language="ja",
    share=6,
    two_surnames=0.0,
    first_names=_names(
        """翔太/shota 美咲/misaki 健太/kenta 陽子/yoko 大輔/daisuke 裕子/yuko 拓也/takuya
        真由美/mayumi 直樹/naoki 恵子/keiko 亮/ryo 愛/ai 健一/kenichi 由美子/yumiko
        翼/tsubasa 彩/aya 浩/hiroshi 智子/tomoko 誠/makoto 久美子/kumiko 隆/takashi
        明美/akemi 剛/tsuyoshi 麻衣/mai 学/manabu 千尋/chihiro 蓮/ren 結衣/yui
        悠真/yuma 葵/aoi 陽斗/haruto さくら/sakura 湊/minato 凛/rin 樹/itsuki 杏/anzu
        一郎/ichiro 花子/hanako 修/osamu 幸子/sachiko"""
    ),
    last_names=_names(
        """佐藤/sato 鈴木/suzuki 高橋/takahashi 田中/tanaka 伊藤/ito 渡辺/watanabe
        山本/yamamoto 中村/nakamura 小林/kobayashi 加藤/kato 吉田/yoshida 山田/yamada
        佐々木/sasaki 山口/yamaguchi 松本/matsumoto 井上/inoue 木村/kimura 林/hayashi
        斎藤/saito 清水/shimizu 山崎/yamazaki 森/mori 池田/ikeda 橋本/hashimoto
        阿部/abe 石川/ishikawa 山下/yamashita 中島/nakajima 石井/ishii 小川/ogawa
        前田/maeda 岡田/okada 長谷川/hasegawa 藤田/fujita 後藤/goto 近藤/kondo
        村上/murakami 遠藤/endo 青木/aoki 坂本/sakamoto"""
    ),
    cities=_cities(
        """
        東京 | 東京都 | 10#-00## | 3 | 35.68 | 139.69
        横浜 | 神奈川県 | 22#-00## | 45 | 35.44 | 139.64
        大阪 | 大阪府 | 53#-00## | 6 | 34.69 | 135.50
        名古屋 | 愛知県 | 46#-00## | 52 | 35.18 | 136.91
        札幌 | 北海道 | 06#-00## | 11 | 43.06 | 141.35
        福岡 | 福岡県 | 81#-00## | 92 | 33.59 | 130.40
        京都 | 京都府 | 60#-80## | 75 | 35.01 | 135.77
        神戸 | 兵庫県 | 65#-00## | 78 | 34.69 | 135.20
        仙台 | 宮城県 | 98#-00## | 22 | 38.27 | 140.87
        広島 | 広島県 | 73#-00## | 82 | 34.39 | 132.46
        """
    ),
    streets=_phrases("本町, 中央, 栄町, 緑町, 桜台, 旭町, 東町, 港町, 新町, 若葉町"),
    street_shape="{street}{number}番地",
    mobile=("90########", "80########", "70########"),
    fixed=("{area}#######", "{area}########"),
    firms=_phrases(
        """{last}商店, 株式会社{word}, {last}工業, {word}農園, {last}製作所,
        {word}運輸, {last}建設, {word}食品, {last}医院"""
    ),
    words=_phrases(
        "青空, 日の出, みどり, 大和田, 東海, 北斗, ひかり, 富士見, 若松, 桜木, 三つ葉, 光陽, 山水, 千歳, 花園"
    ),
)

COUNTRIES = (BRAZIL, UNITED_STATES, FRANCE, PORTUGAL, GERMANY, MEXICO, ARGENTINA, JAPAN)
