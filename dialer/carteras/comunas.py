"""The 346 comunas of Chile by region, as data (Subdere's division since 2018, when Ñuble became a region).

Regions are keyed by the subdivision codes of ISO 3166-2:CL, which are those of the `holidays` library.
"""

from __future__ import annotations

COMUNAS: dict[str, str] = {
    "AP": "Arica, Camarones, General Lagos, Putre",
    "TA": "Alto Hospicio, Camiña, Colchane, Huara, Iquique, Pica, Pozo Almonte",
    "AN": (
        "Antofagasta, Calama, María Elena, Mejillones, Ollagüe, San Pedro de Atacama, Sierra Gorda, Taltal, Tocopilla"
    ),
    "AT": (
        "Alto del Carmen, Caldera, Chañaral, Copiapó, Diego de Almagro, Freirina, Huasco, Tierra Amarilla, Vallenar"
    ),
    "CO": (
        "Andacollo, Canela, Combarbalá, Coquimbo, Illapel, La Higuera, La Serena, Los Vilos, Monte Patria, Ovalle, "
        "Paihuano, Punitaqui, Río Hurtado, Salamanca, Vicuña"
    ),
    "VS": (
        "Algarrobo, Cabildo, Calle Larga, Cartagena, Casablanca, Catemu, Concón, El Quisco, El Tabo, Hijuelas, "
        "Isla de Pascua, Juan Fernández, La Calera, La Cruz, La Ligua, Limache, Llaillay, Los Andes, Nogales, Olmué, "
        "Panquehue, Papudo, Petorca, Puchuncaví, Putaendo, Quillota, Quilpué, Quintero, Rinconada, San Antonio, "
        "San Esteban, San Felipe, Santa María, Santo Domingo, Valparaíso, Villa Alemana, Viña del Mar, Zapallar"
    ),
    "RM": (
        "Alhué, Buin, Calera de Tango, Cerrillos, Cerro Navia, Colina, Conchalí, Curacaví, El Bosque, El Monte, "
        "Estación Central, Huechuraba, Independencia, Isla de Maipo, La Cisterna, La Florida, La Granja, La Pintana, "
        "La Reina, Lampa, Las Condes, Lo Barnechea, Lo Espejo, Lo Prado, Macul, Maipú, María Pinto, Melipilla, Ñuñoa, "
        "Padre Hurtado, Paine, Pedro Aguirre Cerda, Peñaflor, Peñalolén, Pirque, Providencia, Pudahuel, Puente Alto, "
        "Quilicura, Quinta Normal, Recoleta, Renca, San Bernardo, San Joaquín, San José de Maipo, San Miguel, "
        "San Pedro, San Ramón, Santiago, Talagante, Tiltil, Vitacura"
    ),
    "LI": (
        "Chépica, Chimbarongo, Codegua, Coinco, Coltauco, Doñihue, Graneros, La Estrella, Las Cabras, Litueche, Lolol, "
        "Machalí, Malloa, Marchihue, Mostazal, Nancagua, Navidad, Olivar, Palmilla, Paredones, Peralillo, Peumo, "
        "Pichidegua, Pichilemu, Placilla, Pumanque, Quinta de Tilcoco, Rancagua, Rengo, Requínoa, San Fernando, "
        "San Vicente, Santa Cruz"
    ),
    "ML": (
        "Cauquenes, Chanco, Colbún, Constitución, Curepto, Curicó, Empedrado, Hualañé, Licantén, Linares, Longaví, "
        "Maule, Molina, Parral, Pelarco, Pelluhue, Pencahue, Rauco, Retiro, Río Claro, Romeral, Sagrada Familia, "
        "San Clemente, San Javier, San Rafael, Talca, Teno, Vichuquén, Villa Alegre, Yerbas Buenas"
    ),
    "NB": (
        "Bulnes, Chillán, Chillán Viejo, Cobquecura, Coelemu, Coihueco, El Carmen, Ninhue, Ñiquén, Pemuco, Pinto, "
        "Portezuelo, Quillón, Quirihue, Ránquil, San Carlos, San Fabián, San Ignacio, San Nicolás, Treguaco, Yungay"
    ),
    "BI": (
        "Alto Biobío, Antuco, Arauco, Cabrero, Cañete, Chiguayante, Concepción, Contulmo, Coronel, Curanilahue, "
        "Florida, Hualpén, Hualqui, Laja, Lebu, Los Álamos, Los Ángeles, Lota, Mulchén, Nacimiento, Negrete, Penco, "
        "Quilaco, Quilleco, San Pedro de la Paz, San Rosendo, Santa Bárbara, Santa Juana, Talcahuano, Tirúa, Tomé, "
        "Tucapel, Yumbel"
    ),
    "AR": (
        "Angol, Carahue, Cholchol, Collipulli, Cunco, Curacautín, Curarrehue, Ercilla, Freire, Galvarino, Gorbea, "
        "Lautaro, Loncoche, Lonquimay, Los Sauces, Lumaco, Melipeuco, Nueva Imperial, Padre Las Casas, Perquenco, "
        "Pitrufquén, Pucón, Purén, Renaico, Saavedra, Temuco, Teodoro Schmidt, Toltén, Traiguén, Victoria, Vilcún, "
        "Villarrica"
    ),
    "LR": (
        "Corral, Futrono, La Unión, Lago Ranco, Lanco, Los Lagos, Máfil, Mariquina, Paillaco, Panguipulli, Río Bueno, "
        "Valdivia"
    ),
    "LL": (
        "Ancud, Calbuco, Castro, Chaitén, Chonchi, Cochamó, Curaco de Vélez, Dalcahue, Fresia, Frutillar, Futaleufú, "
        "Hualaihué, Llanquihue, Los Muermos, Maullín, Osorno, Palena, Puerto Montt, Puerto Octay, Puerto Varas, "
        "Puqueldón, Purranque, Puyehue, Queilén, Quellón, Quemchi, Quinchao, Río Negro, San Juan de la Costa, San Pablo"
    ),
    "AI": ("Aysén, Chile Chico, Cisnes, Cochrane, Coyhaique, Guaitecas, Lago Verde, O'Higgins, Río Ibáñez, Tortel"),
    "MA": (
        "Antártica, Cabo de Hornos, Laguna Blanca, Natales, Porvenir, Primavera, Punta Arenas, Río Verde, "
        "San Gregorio, Timaukel, Torres del Paine"
    ),
}

OTHER_NAMES: dict[str, str] = {
    "Aisén": "Aysén",
    "Calera": "La Calera",
    "Chol Chol": "Cholchol",
    "Coihaique": "Coyhaique",
    "Hanga Roa": "Isla de Pascua",
    "Llay-Llay": "Llaillay",
    "Marchigüe": "Marchihue",
    "Navarino": "Cabo de Hornos",
    "Paiguano": "Paihuano",
    "Puerto Aisén": "Aysén",
    "Puerto Aysén": "Aysén",
    "Puerto Cisnes": "Cisnes",
    "Puerto Natales": "Natales",
    "Puerto Saavedra": "Saavedra",
    "Puerto Williams": "Cabo de Hornos",
    "Rapa Nui": "Isla de Pascua",
    "San Francisco de Mostazal": "Mostazal",
    "San Javier de Loncomilla": "San Javier",
    "San José de la Mariquina": "Mariquina",
    "San Vicente de Tagua Tagua": "San Vicente",
    "Santiago Centro": "Santiago",
    "Trehuaco": "Treguaco",
}

ZONES: dict[str, str] = {"AI": "America/Coyhaique", "MA": "America/Punta_Arenas"}
ZONES_OF_COMUNAS: dict[str, str] = {"Isla de Pascua": "Pacific/Easter"}
